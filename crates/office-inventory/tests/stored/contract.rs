//! Contracts.

use insta::assert_json_snapshot;
use office_core::{Entity, Id};
use office_inventory::{
    Commitment, Contract, ContractFact, ContractPrice, ContractSide, ContractTerm, ContractTerms, EscalationRounding,
    Escalator, NewContract, Obligation, PriceChange, Renewal, RoundWhen, TermSpan,
};

fn facts() -> (Contract, Vec<ContractFact>) {
    let (item, price) = (Id::natural("item", "PAP-A4"), "20 EUR / 1 box".parse().unwrap());
    let rounding = office_core::Rounding::HalfUp;
    let escalator = Escalator {
        first: "2027-01-01".parse().unwrap(),
        every: TermSpan::Months(12),
        change: PriceChange::Index {
            series: "CPI".parse().unwrap(),
            base: "2025-10-01".parse().unwrap(),
            lag_months: 3,
        },
        cap: Some("4 %".parse().unwrap()),
        floor: Some("0 %".parse().unwrap()),
        rounding: EscalationRounding { digits: 2, rounding, when: RoundWhen::EachChange },
    };
    let (due, by) = ("2026-03-31".parse().unwrap(), ContractSide::Vendor);
    let report = Obligation { by, due, every: Some(TermSpan::Months(3)) };
    let terms = ContractTerms {
        term: ContractTerm {
            initial: "2026-01-01/2027-01-01".parse().unwrap(),
            renewal: Renewal::Automatic(TermSpan::Months(12)),
            notice: Some(TermSpan::Weeks(6)),
        },
        prices: vec![ContractPrice { item, price, min_quantity: "1 box".parse().unwrap() }],
        escalator: Some(escalator.clone()),
        commitment: Some(Commitment {
            amount: "12000.00 EUR".parse().unwrap(),
            days: "2026-01-01/2027-01-01".parse().unwrap(),
        }),
        obligations: [("report".parse().unwrap(), report)].into(),
        certificates: [("liability".parse().unwrap(), "2026-06-30".parse().unwrap())].into(),
    };
    let amended = ContractTerms {
        term: ContractTerm { notice: Some(TermSpan::Days(30)), ..terms.term },
        prices: vec![],
        escalator: Some(Escalator {
            change: PriceChange::Fixed("2.5 %".parse().unwrap()),
            cap: None,
            floor: None,
            rounding: EscalationRounding { when: RoundWhen::Once, ..escalator.rounding },
            ..escalator
        }),
        commitment: None,
        obligations: [].into(),
        certificates: [].into(),
    };
    let new = NewContract {
        number: "C-7".parse().unwrap(),
        title: "paper".to_owned(),
        vendor: Id::natural("party", "V-01"),
        others: vec![Id::natural("party", "V-02")],
        signed: "2025-12-10".parse().unwrap(),
        terms,
    };
    let signed = Contract::sign(new).unwrap().fact().unwrap();
    let mut contract = Contract::open(&signed).unwrap();
    let mut facts = vec![signed];
    let mut record = |contract: &mut Contract, fact: ContractFact| {
        contract.apply(&fact);
        facts.push(fact);
    };
    let met = contract.meet("report".parse().unwrap(), due).unwrap().fact().unwrap();
    record(&mut contract, met);
    let later = contract.amend("2026-07-01".parse().unwrap(), amended).unwrap().fact().unwrap();
    record(&mut contract, later);
    let notice = contract.give_notice(ContractSide::Office, "2026-11-01".parse().unwrap()).unwrap();
    record(&mut contract, notice.fact().unwrap());
    (contract, facts)
}

#[test]
fn the_facts_of_a_contract() {
    assert_json_snapshot!(facts().1, @r#"
    [
      {
        "signed": {
          "number": "C-7",
          "title": "paper",
          "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
          "others": [
            "6fb71d98-2acf-5fe6-b96d-73736d6bf7b7"
          ],
          "signed": "2025-12-10",
          "terms": {
            "term": {
              "initial": {
                "start": "2026-01-01",
                "end": "2027-01-01"
              },
              "renewal": {
                "automatic": {
                  "months": 12
                }
              },
              "notice": {
                "weeks": 6
              }
            },
            "prices": [
              {
                "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
                "price": "20 EUR / 1 box",
                "min_quantity": "1 box"
              }
            ],
            "escalator": {
              "first": "2027-01-01",
              "every": {
                "months": 12
              },
              "change": {
                "index": {
                  "series": "CPI",
                  "base": "2025-10-01",
                  "lag_months": 3
                }
              },
              "cap": "4 %",
              "floor": "0 %",
              "rounding": {
                "digits": 2,
                "rounding": "half_up",
                "when": "each_change"
              }
            },
            "commitment": {
              "amount": "12000.00 EUR",
              "days": {
                "start": "2026-01-01",
                "end": "2027-01-01"
              }
            },
            "obligations": {
              "report": {
                "by": "vendor",
                "due": "2026-03-31",
                "every": {
                  "months": 3
                }
              }
            },
            "certificates": {
              "liability": "2026-06-30"
            }
          }
        }
      },
      {
        "obligation_met": {
          "name": "report",
          "due": "2026-03-31"
        }
      },
      {
        "amended": {
          "from": "2026-07-01",
          "terms": {
            "term": {
              "initial": {
                "start": "2026-01-01",
                "end": "2027-01-01"
              },
              "renewal": {
                "automatic": {
                  "months": 12
                }
              },
              "notice": {
                "days": 30
              }
            },
            "escalator": {
              "first": "2027-01-01",
              "every": {
                "months": 12
              },
              "change": {
                "fixed": "2.5 %"
              },
              "rounding": {
                "digits": 2,
                "rounding": "half_up",
                "when": "once"
              }
            }
          }
        }
      },
      {
        "notice_given": {
          "by": "office",
          "on": "2026-11-01",
          "last": "2026-12-31"
        }
      }
    ]
    "#);
}

#[test]
fn a_contract() {
    assert_json_snapshot!(facts().0, @r#"
    {
      "number": "C-7",
      "title": "paper",
      "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
      "others": [
        "6fb71d98-2acf-5fe6-b96d-73736d6bf7b7"
      ],
      "versions": {
        "2025-12-10": {
          "term": {
            "initial": {
              "start": "2026-01-01",
              "end": "2027-01-01"
            },
            "renewal": {
              "automatic": {
                "months": 12
              }
            },
            "notice": {
              "weeks": 6
            }
          },
          "prices": [
            {
              "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
              "price": "20 EUR / 1 box",
              "min_quantity": "1 box"
            }
          ],
          "escalator": {
            "first": "2027-01-01",
            "every": {
              "months": 12
            },
            "change": {
              "index": {
                "series": "CPI",
                "base": "2025-10-01",
                "lag_months": 3
              }
            },
            "cap": "4 %",
            "floor": "0 %",
            "rounding": {
              "digits": 2,
              "rounding": "half_up",
              "when": "each_change"
            }
          },
          "commitment": {
            "amount": "12000.00 EUR",
            "days": {
              "start": "2026-01-01",
              "end": "2027-01-01"
            }
          },
          "obligations": {
            "report": {
              "by": "vendor",
              "due": "2026-03-31",
              "every": {
                "months": 3
              }
            }
          },
          "certificates": {
            "liability": "2026-06-30"
          }
        },
        "2026-07-01": {
          "term": {
            "initial": {
              "start": "2026-01-01",
              "end": "2027-01-01"
            },
            "renewal": {
              "automatic": {
                "months": 12
              }
            },
            "notice": {
              "days": 30
            }
          },
          "escalator": {
            "first": "2027-01-01",
            "every": {
              "months": 12
            },
            "change": {
              "fixed": "2.5 %"
            },
            "rounding": {
              "digits": 2,
              "rounding": "half_up",
              "when": "once"
            }
          }
        }
      },
      "notice": {
        "by": "office",
        "on": "2026-11-01",
        "last": "2026-12-31"
      },
      "met": {
        "report": [
          "2026-03-31"
        ]
      }
    }
    "#);
}
