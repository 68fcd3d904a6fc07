//! The stored form of lots, of pages, and of what is set aside, moved and filed. What is written here is promised to be
//! read for ever.

#[cfg(test)]
mod forms {
    use insta::assert_json_snapshot;
    use office_core::{Currency, Entity, Id, Money};
    use office_inventory::{
        Booking, CostMethod, Filed, Ledger, LedgerTerms, Location, Lot, LotFact, Movement, NewLot, NewStock, Pick,
        Reservation, Stock, StockFact, StockPage, StockPageContent, StockPageFact, Tracking, Transfer,
    };

    #[test]
    fn a_lot() {
        let (item, number) = (Id::natural("item", "TON-1"), "L-1".parse().unwrap());
        let new = NewLot { item, number, expires: Some("2027-03-31".parse().unwrap()) };
        let fact: LotFact = Lot::register(None, new).unwrap().fact().unwrap();
        assert_json_snapshot!(fact, @r#"
        {
          "registered": {
            "item": "1eb2c99f-00c2-5e20-bb30-e968b04216ca",
            "number": "L-1",
            "expires": "2027-03-31"
          }
        }
        "#);
        assert_json_snapshot!(Lot::open(&fact).unwrap(), @r#"
        {
          "item": "1eb2c99f-00c2-5e20-bb30-e968b04216ca",
          "number": "L-1",
          "expires": "2027-03-31"
        }
        "#);
    }

    /// Ten pieces that came in, of the lot where lots are told apart.
    fn received(terms: &LedgerTerms) -> (Ledger, Movement) {
        let vendor = Location::Supplier(Id::natural("party", "V-01"));
        let value = Money::from_minor(4_200, Currency::EUR);
        let transfer =
            Transfer::inward("10 each".parse().unwrap(), value, vendor, Id::natural("place", "R-S1")).unwrap();
        let lots = terms.tracking != Tracking::None;
        let transfer = if lots { transfer.of_lot(Id::natural("lot", "L-1")) } else { transfer };
        let (effective, reference) = ("2026-10-08".parse().unwrap(), "DN-1".parse().unwrap());
        let movement = Movement { sequence: 1, effective, reference, transfer };
        let mut ledger = Ledger::on_terms("each".parse().unwrap(), Currency::EUR, terms.clone()).unwrap();
        ledger.enter(movement.clone()).unwrap();
        (ledger, movement)
    }

    #[test]
    fn a_page() {
        let (ledger, _) = received(&LedgerTerms::default());
        let content = StockPageContent {
            item: Id::natural("item", "TON-1"),
            number: 2,
            before: Some(Filed { page: 1, through: "2026-10-07".parse().unwrap() }),
            ledger: Some(ledger),
            counts: Vec::new(),
        };
        let facts = [StockPageFact::Filed(Box::new(content)), StockPageFact::Reopened];
        assert_json_snapshot!(facts, @r#"
        [
          {
            "filed": {
              "item": "1eb2c99f-00c2-5e20-bb30-e968b04216ca",
              "number": 2,
              "before": {
                "page": 1,
                "through": "2026-10-07"
              },
              "ledger": {
                "unit": "each",
                "currency": "EUR",
                "next_sequence": 2,
                "on_hand": "10 each",
                "value": "42.00 EUR",
                "movements": [
                  {
                    "sequence": 1,
                    "effective": "2026-10-08",
                    "reference": "DN-1",
                    "transfer": {
                      "quantity": "10 each",
                      "value": "42.00 EUR",
                      "from": {
                        "supplier": "6023c249-6707-5a2a-b2b1-14dc5aff498c"
                      },
                      "to": {
                        "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
                      }
                    }
                  }
                ]
              }
            }
          },
          "reopened"
        ]
        "#);
        let mut page = StockPage::open(&facts[0]).unwrap();
        let text = serde_json::to_string(&page).unwrap();
        assert_eq!(serde_json::from_str::<StockPage>(&text).unwrap(), page);
        page.apply(&facts[1]);
        assert_json_snapshot!(page, @r#"
        {
          "item": "1eb2c99f-00c2-5e20-bb30-e968b04216ca",
          "number": 2,
          "before": {
            "page": 1,
            "through": "2026-10-07"
          }
        }
        "#);
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "the stored form is read as a whole")]
    fn a_stock_with_lots_and_reservations() {
        let terms = LedgerTerms { method: CostMethod::Specific, tracking: Tracking::Expiry, ..LedgerTerms::default() };
        let (_, movement) = received(&terms);
        let (item, unit, currency) = (Id::natural("item", "TON-1"), "each".parse().unwrap(), Currency::EUR);
        let opened = Stock::begin_on(NewStock { item, unit, currency, opening: None }, terms).unwrap().fact().unwrap();
        let (place, lot) = (Id::natural("place", "R-S1"), Some(Id::natural("lot", "L-1")));
        let picks = vec![Pick { place, lot, quantity: "3 each".parse().unwrap() }];
        let reservation = Reservation { picks, until: Some("2026-10-31".parse().unwrap()) };
        let value = Money::from_minor(4_200, Currency::EUR);
        let facts = [
            opened,
            StockFact::Received(Booking { movement, value, postings: Vec::new() }),
            StockFact::Reserved { reference: "workshop".parse().unwrap(), reservation },
            StockFact::Filed(Filed { page: 1, through: "2026-10-07".parse().unwrap() }),
            StockFact::Released { reference: "mailing".parse().unwrap() },
        ];
        assert_json_snapshot!(facts, @r#"
        [
          {
            "opened": {
              "item": "1eb2c99f-00c2-5e20-bb30-e968b04216ca",
              "unit": "each",
              "currency": "EUR",
              "terms": {
                "method": "specific",
                "scope": "company",
                "negative": "forbid",
                "tracking": "expiry"
              }
            }
          },
          {
            "received": {
              "movement": {
                "sequence": 1,
                "effective": "2026-10-08",
                "reference": "DN-1",
                "transfer": {
                  "quantity": "10 each",
                  "value": "42.00 EUR",
                  "from": {
                    "supplier": "6023c249-6707-5a2a-b2b1-14dc5aff498c"
                  },
                  "to": {
                    "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
                  },
                  "lot": "0f8130cc-e562-56b0-a6b3-a7aa06d0488f"
                }
              },
              "value": "42.00 EUR",
              "postings": []
            }
          },
          {
            "reserved": {
              "reference": "workshop",
              "reservation": {
                "picks": [
                  {
                    "place": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2",
                    "lot": "0f8130cc-e562-56b0-a6b3-a7aa06d0488f",
                    "quantity": "3 each"
                  }
                ],
                "until": "2026-10-31"
              }
            }
          },
          {
            "filed": {
              "page": 1,
              "through": "2026-10-07"
            }
          },
          {
            "released": {
              "reference": "mailing"
            }
          }
        ]
        "#);
        let stock: Stock = office_core::fold(&facts).unwrap();
        assert_json_snapshot!(stock, @r#"
        {
          "item": "1eb2c99f-00c2-5e20-bb30-e968b04216ca",
          "reservations": {
            "workshop": {
              "picks": [
                {
                  "place": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2",
                  "lot": "0f8130cc-e562-56b0-a6b3-a7aa06d0488f",
                  "quantity": "3 each"
                }
              ],
              "until": "2026-10-31"
            }
          },
          "filed": {
            "page": 1,
            "through": "2026-10-07"
          },
          "pages": 1,
          "ledger": {
            "unit": "each",
            "currency": "EUR",
            "terms": {
              "method": "specific",
              "scope": "company",
              "negative": "forbid",
              "tracking": "expiry"
            },
            "next_sequence": 2,
            "on_hand": "10 each",
            "value": "42.00 EUR",
            "movements": [
              {
                "sequence": 1,
                "effective": "2026-10-08",
                "reference": "DN-1",
                "transfer": {
                  "quantity": "10 each",
                  "value": "42.00 EUR",
                  "from": {
                    "supplier": "6023c249-6707-5a2a-b2b1-14dc5aff498c"
                  },
                  "to": {
                    "storage": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
                  },
                  "lot": "0f8130cc-e562-56b0-a6b3-a7aa06d0488f"
                }
              }
            ]
          }
        }
        "#);
        let text = serde_json::to_string(&stock).unwrap();
        assert_eq!(serde_json::from_str::<Stock>(&text).unwrap(), stock);
    }
}
