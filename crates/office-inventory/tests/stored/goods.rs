//! Items, vendors and stock.

use insta::assert_json_snapshot;
use office_core::subject::ItemId;
use office_core::{Currency, Id, Money, Percent, Ratio};
use office_inventory::{
    CostMethod, Item, ItemFact, ItemKind, NewItem, NewStock, NewVendor, OpeningStock, ReorderRule, Stock, StockCount,
    StockFact, StockIssue, StockReceipt, Vendor, VendorFact,
};

use crate::history::History;

fn item() -> ItemId {
    Id::natural("item", "PAP-A4")
}

#[test]
fn an_item() {
    let rule = ReorderRule {
        min: "40 ream".parse().unwrap(),
        max: "100 ream".parse().unwrap(),
        multiple: "5 ream".parse().unwrap(),
    };
    let new = NewItem {
        sku: "PAP-A4".parse().unwrap(),
        name: "Copy paper A4 80 g".to_owned(),
        category: "office".to_owned(),
        kind: ItemKind::Consumable,
        unit: "ream".parse().unwrap(),
        packs: [("box".parse().unwrap(), Ratio::from_integer(5))].into(),
        vendor: Some(Id::natural("party", "V-01")),
        reorder: None,
        cost_method: CostMethod::Fifo,
    };
    let history = History::<Item>::begin(Item::list(new).unwrap()).then(|item| item.set_reorder(Some(rule)));
    let (state, facts): (Item, Vec<ItemFact>) = history.end();
    assert_json_snapshot!(facts, @r#"
    [
      {
        "listed": {
          "sku": "PAP-A4",
          "name": "Copy paper A4 80 g",
          "category": "office",
          "kind": "consumable",
          "unit": "ream",
          "packs": {
            "box": "5"
          },
          "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
          "cost_method": "fifo"
        }
      },
      {
        "reorder_set": {
          "min": "40 ream",
          "max": "100 ream",
          "multiple": "5 ream"
        }
      }
    ]
    "#);
    assert_json_snapshot!(state, @r#"
    {
      "sku": "PAP-A4",
      "name": "Copy paper A4 80 g",
      "category": "office",
      "kind": "consumable",
      "unit": "ream",
      "packs": {
        "box": "5"
      },
      "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
      "reorder": {
        "min": "40 ream",
        "max": "100 ream",
        "multiple": "5 ream"
      },
      "cost_method": "fifo"
    }
    "#);
}

#[test]
fn a_vendor() {
    let name = "Papierhaus Berlin GmbH".to_owned();
    let new = NewVendor { number: "V-01".parse().unwrap(), name, terms_days: 14, tax_rate: Percent::whole(19) };
    let (state, facts): (Vendor, Vec<VendorFact>) = History::begin(Vendor::register(new).unwrap()).end();
    assert_json_snapshot!(facts, @r#"
    [
      {
        "registered": {
          "number": "V-01",
          "name": "Papierhaus Berlin GmbH",
          "terms_days": 14,
          "tax_rate": "19 %"
        }
      }
    ]
    "#);
    assert_json_snapshot!(state, @r#"
    {
      "number": "V-01",
      "name": "Papierhaus Berlin GmbH",
      "terms_days": 14,
      "tax_rate": "19 %"
    }
    "#);
}

#[test]
fn a_stock() {
    let at = Id::natural("place", "R-S1");
    let opening = OpeningStock {
        quantity: "46 ream".parse().unwrap(),
        value: Money::from_minor(19_320, Currency::EUR),
        at,
        on: "2026-10-01".parse().unwrap(),
        reference: "inventory".parse().unwrap(),
    };
    let new = NewStock { item: item(), unit: "ream".parse().unwrap(), currency: Currency::EUR, opening: Some(opening) };
    let issue = |reference: &str, day: &str| StockIssue {
        quantity: "5 ream".parse().unwrap(),
        from: at,
        cost_centre: Id::natural("cost_centre", "CC-200"),
        issued_to: Some(Id::natural("person", "E-008")),
        on: day.parse().unwrap(),
        reference: reference.parse().unwrap(),
    };
    let receipt = StockReceipt {
        quantity: "50 ream".parse().unwrap(),
        value: Money::from_minor(20_500, Currency::EUR),
        from: Id::natural("party", "V-01"),
        to: at,
        on: "2026-10-08".parse().unwrap(),
        reference: "DN-03".parse().unwrap(),
    };
    let count = StockCount {
        counted: "90 ream".parse().unwrap(),
        at,
        on: "2026-10-30".parse().unwrap(),
        reference: "sheet 1".parse().unwrap(),
        surplus_value: None,
    };
    let history = History::<Stock>::begin(Stock::begin(new).unwrap())
        .then(|stock| stock.issue(issue("slip 1", "2026-10-02")))
        .then(|stock| stock.receive(receipt))
        .then(|stock| stock.close("2026-10-15".parse().unwrap()))
        .then(|stock| stock.issue(issue("slip 2", "2026-10-16")))
        .then(|stock| stock.reverse(4))
        .then(|stock| stock.count(count));
    let (state, facts): (Stock, Vec<StockFact>) = history.end();
    assert_json_snapshot!(facts, @r#"
    [
      {
        "opened": {
          "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
          "unit": "ream",
          "currency": "EUR",
          "opening": {
            "movement": {
              "sequence": 1,
              "effective": "2026-10-01",
              "reference": "inventory",
              "transfer": {
                "quantity": "46 ream",
                "value": "193.20 EUR",
                "from": "opening",
                "to": {
                  "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
                }
              }
            },
            "value": "193.20 EUR",
            "postings": [
              {
                "sequence": 1,
                "effective": "2026-10-01",
                "cause": "moved",
                "debit": "stock",
                "credit": "opening",
                "amount": "193.20 EUR"
              }
            ]
          }
        }
      },
      {
        "issued": {
          "movement": {
            "sequence": 2,
            "effective": "2026-10-02",
            "reference": "slip 1",
            "transfer": {
              "quantity": "5 ream",
              "from": {
                "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
              },
              "to": {
                "consumption": "86d0af36-cf0d-5a89-a511-d456e3f08c09"
              }
            }
          },
          "value": "21.00 EUR",
          "postings": [
            {
              "sequence": 2,
              "effective": "2026-10-02",
              "cause": "moved",
              "debit": {
                "consumption": "86d0af36-cf0d-5a89-a511-d456e3f08c09"
              },
              "credit": "stock",
              "amount": "21.00 EUR"
            }
          ],
          "issued_to": "b27faa0b-d7c6-5fa9-8783-f45c67845a74"
        }
      },
      {
        "received": {
          "movement": {
            "sequence": 3,
            "effective": "2026-10-08",
            "reference": "DN-03",
            "transfer": {
              "quantity": "50 ream",
              "value": "205.00 EUR",
              "from": {
                "supplier": "6023c249-6707-5a2a-b2b1-14dc5aff498c"
              },
              "to": {
                "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
              }
            }
          },
          "value": "205.00 EUR",
          "postings": [
            {
              "sequence": 3,
              "effective": "2026-10-08",
              "cause": "moved",
              "debit": "stock",
              "credit": {
                "goods_received": "6023c249-6707-5a2a-b2b1-14dc5aff498c"
              },
              "amount": "205.00 EUR"
            }
          ]
        }
      },
      {
        "period_closed": {
          "through": "2026-10-15"
        }
      },
      {
        "issued": {
          "movement": {
            "sequence": 4,
            "effective": "2026-10-16",
            "reference": "slip 2",
            "transfer": {
              "quantity": "5 ream",
              "from": {
                "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
              },
              "to": {
                "consumption": "86d0af36-cf0d-5a89-a511-d456e3f08c09"
              }
            }
          },
          "value": "21.00 EUR",
          "postings": [
            {
              "sequence": 4,
              "effective": "2026-10-16",
              "cause": "moved",
              "debit": {
                "consumption": "86d0af36-cf0d-5a89-a511-d456e3f08c09"
              },
              "credit": "stock",
              "amount": "21.00 EUR"
            }
          ],
          "issued_to": "b27faa0b-d7c6-5fa9-8783-f45c67845a74"
        }
      },
      {
        "reversed": {
          "sequence": 4,
          "value": "21.00 EUR",
          "postings": [
            {
              "sequence": 4,
              "effective": "2026-10-16",
              "cause": "reversed",
              "debit": "stock",
              "credit": {
                "consumption": "86d0af36-cf0d-5a89-a511-d456e3f08c09"
              },
              "amount": "21.00 EUR"
            }
          ]
        }
      },
      {
        "counted": {
          "counted": "90 ream",
          "at": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2",
          "on": "2026-10-30",
          "reference": "sheet 1",
          "difference": {
            "movement": {
              "sequence": 5,
              "effective": "2026-10-30",
              "reference": "sheet 1",
              "transfer": {
                "quantity": "1 ream",
                "from": {
                  "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
                },
                "to": "loss"
              }
            },
            "value": "4.20 EUR",
            "postings": [
              {
                "sequence": 5,
                "effective": "2026-10-30",
                "cause": "moved",
                "debit": "difference",
                "credit": "stock",
                "amount": "4.20 EUR"
              }
            ]
          }
        }
      }
    ]
    "#);
    assert_json_snapshot!(state, @r#"
    {
      "item": "0a7b0973-da94-53d2-b8a4-d6204e9e8267",
      "counts": [
        {
          "counted": "90 ream",
          "at": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2",
          "on": "2026-10-30",
          "reference": "sheet 1"
        }
      ],
      "last_count": "2026-10-30",
      "issued": {
        "2026-09-28": "5 ream"
      },
      "ledger": {
        "unit": "ream",
        "currency": "EUR",
        "next_sequence": 6,
        "on_hand": "90 ream",
        "value": "373.00 EUR",
        "closed": "2026-10-15",
        "before": {
          "through": "2026-10-15",
          "method": "fifo",
          "balances": [
            {
              "location": {
                "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
              },
              "quantity": "91 ream"
            },
            {
              "location": {
                "supplier": "6023c249-6707-5a2a-b2b1-14dc5aff498c"
              },
              "quantity": "-50 ream"
            },
            {
              "location": {
                "consumption": "86d0af36-cf0d-5a89-a511-d456e3f08c09"
              },
              "quantity": "5 ream"
            },
            {
              "location": "opening",
              "quantity": "-46 ream"
            }
          ],
          "heaps": [
            {
              "layers": [
                {
                  "sequence": 1,
                  "effective": "2026-10-01",
                  "quantity": "41 ream",
                  "value": "172.20 EUR"
                },
                {
                  "sequence": 3,
                  "effective": "2026-10-08",
                  "quantity": "50 ream",
                  "value": "205.00 EUR"
                }
              ],
              "last": [
                "205.00 EUR",
                "50 ream"
              ]
            }
          ]
        },
        "movements": [
          {
            "reversed": true,
            "sequence": 4,
            "effective": "2026-10-16",
            "reference": "slip 2",
            "transfer": {
              "quantity": "5 ream",
              "from": {
                "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
              },
              "to": {
                "consumption": "86d0af36-cf0d-5a89-a511-d456e3f08c09"
              }
            }
          },
          {
            "sequence": 5,
            "effective": "2026-10-30",
            "reference": "sheet 1",
            "transfer": {
              "quantity": "1 ream",
              "from": {
                "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
              },
              "to": "loss"
            }
          }
        ]
      }
    }
    "#);
}
