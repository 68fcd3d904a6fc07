//! Assets.

use insta::assert_json_snapshot;
use office_core::Id;
use office_core::subject::{PersonId, PlaceId};
use office_inventory::{
    AcceptHandOver, Asset, AssetCharge, AssetFact, AssetPurchase, AuditFinding, AuditMark, Condition, DataEvidence,
    DeclineHandOver, DepreciationTerms, Describe, DisposalBasis, DisposalKind, Disposed, EquipmentTerms,
    EquipmentTermsBook, HandOver, Keeper, NewAsset, OrderedGoods, ReverseDisposal, Warranty, WarrantyKind,
};

use crate::history::History;

fn keeper() -> PersonId {
    Id::natural("person", "E-004")
}

fn ada() -> PersonId {
    Id::natural("person", "E-008")
}

fn store() -> PlaceId {
    Id::natural("place", "R-S1")
}

fn hand_over(number: &str, to: Keeper, accepts: Option<PersonId>, at: &str) -> HandOver {
    let (at, slip) = (at.parse().unwrap(), number.parse().unwrap());
    HandOver { to, desk: None, accepts, condition: None, by: keeper(), at, slip }
}

fn asset() -> (Asset, Vec<AssetFact>) {
    let purchase = AssetPurchase {
        vendor: Id::natural("party", "V-01"),
        order: Some(OrderedGoods { order: Id::natural("order", "PO-1"), line: 1 }),
        on: "2026-09-28".parse().unwrap(),
        cost: "1249.00 EUR".parse().unwrap(),
    };
    let new = NewAsset {
        tag: "LT-0042".parse().unwrap(),
        category: "laptop".parse().unwrap(),
        maker: "Acme".parse().unwrap(),
        model: "One".to_owned(),
        serial: Some("SN-1".parse().unwrap()),
        purchase: Some(purchase),
        in_service: None,
        lendable: false,
        place: store(),
        by: keeper(),
        at: "2026-10-01T08:00:00Z".parse().unwrap(),
        slip: "DN-03".parse().unwrap(),
    };
    let terms = EquipmentTerms::default();
    let desk = HandOver {
        desk: Some(Id::natural("place", "R-204")),
        ..hand_over("H-1", Keeper::Person(ada()), Some(ada()), "2026-10-05T09:00:00Z")
    };
    let declined = DeclineHandOver {
        by: Id::natural("person", "E-009"),
        at: "2026-10-06T10:00:00Z".parse().unwrap(),
        reason: "too heavy".to_owned(),
    };
    let to_other = hand_over("H-2", Keeper::Person(declined.by), Some(declined.by), "2026-10-06T09:00:00Z");
    let back = HandOver {
        condition: Some(Condition::Worn),
        ..hand_over("H-3", Keeper::Stock(store()), None, "2026-10-07T09:00:00Z")
    };
    let warranty = Warranty {
        number: "W-1".parse().unwrap(),
        kind: WarrantyKind::Maker,
        provider: Id::natural("party", "V-07"),
        from: "2026-10-01".parse().unwrap(),
        last: "2028-09-30".parse().unwrap(),
    };
    let charge = AssetCharge {
        reference: "RE-88".parse().unwrap(),
        vendor: Some(Id::natural("party", "V-01")),
        on: "2026-10-01".parse().unwrap(),
        amount: "11.00 EUR".parse().unwrap(),
    };
    let mark = AuditMark {
        audit: "AU-1".parse().unwrap(),
        at: "2026-10-08T09:00:00Z".parse().unwrap(),
        place: store(),
        found: AuditFinding::Here,
    };
    let (category, at) = ("laptop".parse().unwrap(), mark.at);
    let description = Describe { category, model: "Two".to_owned(), lendable: true, by: keeper(), at };
    let at = "2029-11-01T15:00:00Z".parse().unwrap();
    let (certificate, method) = ("WIPE-9".parse().unwrap(), "purge".parse().unwrap());
    let gone = Disposed {
        kind: DisposalKind::Sold { to: None },
        on: "2029-11-02".parse().unwrap(),
        at: "2029-11-02T10:00:00Z".parse().unwrap(),
        proceeds: "120.00 EUR".parse().unwrap(),
        data: Some(DataEvidence::Wiped { certificate, method, by: keeper(), at }),
        by: keeper(),
        slip: "D-1".parse().unwrap(),
    };
    let reversed = ReverseDisposal {
        by: keeper(),
        at: "2029-11-03T10:00:00Z".parse().unwrap(),
        reason: "another was meant".to_owned(),
    };
    let scrapped = Disposed { kind: DisposalKind::Scrapped, data: None, ..gone.clone() };
    let accepted = AcceptHandOver { by: ada(), at: "2026-10-05T09:30:00Z".parse().unwrap() };
    History::<Asset>::begin(Asset::register(None, new).unwrap())
        .after(AssetFact::Retagged { tag: "LT-0043".parse().unwrap(), by: keeper(), at: mark.at })
        .after(AssetFact::SerialCorrected { serial: Some("SN-2".parse().unwrap()), by: keeper(), at: mark.at })
        .then(|asset| asset.hand_over(&desk, &terms))
        .then(|asset| asset.accept(accepted))
        .then(|asset| asset.hand_over(&to_other, &terms))
        .then(|asset| asset.decline(declined))
        .then(|asset| asset.hand_over(&back, &terms))
        .then(|asset| asset.inspect(Condition::Good, keeper(), mark.at))
        .then(|asset| asset.put_in_service("2026-10-05".parse().unwrap()))
        .then(|asset| asset.add_warranty(warranty.clone()))
        .after(AssetFact::WarrantyDropped { number: warranty.number.clone(), by: keeper(), at: mark.at })
        .then(|asset| asset.add_warranty(warranty.clone()))
        .then(|asset| asset.describe(description))
        .then(|asset| asset.charge(charge))
        .after(AssetFact::Audited(mark))
        .after(AssetFact::Disposed(Box::new(gone)))
        .then(|asset| asset.reverse_disposal(reversed))
        .after(AssetFact::Disposed(Box::new(scrapped)))
        .end()
}

#[test]
fn the_facts_of_an_asset() {
    assert_json_snapshot!(asset().1, @r#"
    [
      {
        "registered": {
          "tag": "LT-0042",
          "category": "laptop",
          "maker": "Acme",
          "model": "One",
          "serial": "SN-1",
          "purchase": {
            "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
            "order": {
              "order": "d942f1a9-2b4d-578a-a429-c37b3327ef9e",
              "line": 1
            },
            "on": "2026-09-28",
            "cost": "1249.00 EUR"
          },
          "lendable": false,
          "place": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2",
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "at": "2026-10-01T08:00:00Z",
          "slip": "DN-03"
        }
      },
      {
        "retagged": {
          "tag": "LT-0043",
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "at": "2026-10-08T09:00:00Z"
        }
      },
      {
        "serial_corrected": {
          "serial": "SN-2",
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "at": "2026-10-08T09:00:00Z"
        }
      },
      {
        "passed": {
          "span": {
            "from": "2026-10-05T09:00:00Z",
            "keeper": {
              "person": "b27faa0b-d7c6-5fa9-8783-f45c67845a74"
            },
            "desk": "ec0033c3-9756-5ecb-a132-94de0f2202e8",
            "acceptance": {
              "pending": {
                "by": "b27faa0b-d7c6-5fa9-8783-f45c67845a74"
              }
            },
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "slip": "H-1"
          }
        }
      },
      {
        "accepted": {
          "by": "b27faa0b-d7c6-5fa9-8783-f45c67845a74",
          "at": "2026-10-05T09:30:00Z"
        }
      },
      {
        "passed": {
          "span": {
            "from": "2026-10-06T09:00:00Z",
            "keeper": {
              "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176"
            },
            "acceptance": {
              "pending": {
                "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176"
              }
            },
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "slip": "H-2"
          }
        }
      },
      {
        "declined": {
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "at": "2026-10-06T10:00:00Z",
          "reason": "too heavy"
        }
      },
      {
        "passed": {
          "span": {
            "from": "2026-10-07T09:00:00Z",
            "keeper": {
              "stock": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
            },
            "acceptance": "not_needed",
            "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
            "slip": "H-3"
          },
          "condition": "worn"
        }
      },
      {
        "inspected": {
          "condition": "good",
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "at": "2026-10-08T09:00:00Z"
        }
      },
      {
        "put_in_service": {
          "on": "2026-10-05"
        }
      },
      {
        "warranted": {
          "number": "W-1",
          "kind": "maker",
          "provider": "54dd1008-e612-52fb-a425-3c4e237aa9eb",
          "from": "2026-10-01",
          "last": "2028-09-30"
        }
      },
      {
        "warranty_dropped": {
          "number": "W-1",
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "at": "2026-10-08T09:00:00Z"
        }
      },
      {
        "warranted": {
          "number": "W-1",
          "kind": "maker",
          "provider": "54dd1008-e612-52fb-a425-3c4e237aa9eb",
          "from": "2026-10-01",
          "last": "2028-09-30"
        }
      },
      {
        "described": {
          "category": "laptop",
          "model": "Two",
          "lendable": true,
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "at": "2026-10-08T09:00:00Z"
        }
      },
      {
        "charged": {
          "reference": "RE-88",
          "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
          "on": "2026-10-01",
          "amount": "11.00 EUR"
        }
      },
      {
        "audited": {
          "audit": "AU-1",
          "at": "2026-10-08T09:00:00Z",
          "place": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2",
          "found": "here"
        }
      },
      {
        "disposed": {
          "kind": {
            "sold": {}
          },
          "on": "2029-11-02",
          "at": "2029-11-02T10:00:00Z",
          "proceeds": "120.00 EUR",
          "data": {
            "wiped": {
              "certificate": "WIPE-9",
              "method": "purge",
              "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
              "at": "2029-11-01T15:00:00Z"
            }
          },
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "slip": "D-1"
        }
      },
      {
        "disposal_reversed": {
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "at": "2029-11-03T10:00:00Z",
          "reason": "another was meant"
        }
      },
      {
        "disposed": {
          "kind": "scrapped",
          "on": "2029-11-02",
          "at": "2029-11-02T10:00:00Z",
          "proceeds": "120.00 EUR",
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "slip": "D-1"
        }
      }
    ]
    "#);
}

#[test]
fn an_asset() {
    assert_json_snapshot!(asset().0, @r#"
    {
      "entry": {
        "tag": "LT-0042",
        "category": "laptop",
        "maker": "Acme",
        "model": "One",
        "serial": "SN-1",
        "purchase": {
          "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
          "order": {
            "order": "d942f1a9-2b4d-578a-a429-c37b3327ef9e",
            "line": 1
          },
          "on": "2026-09-28",
          "cost": "1249.00 EUR"
        },
        "lendable": false,
        "place": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2",
        "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
        "at": "2026-10-01T08:00:00Z",
        "slip": "DN-03"
      },
      "tag": "LT-0043",
      "serial": "SN-2",
      "in_service": "2026-10-05",
      "described": {
        "category": "laptop",
        "model": "Two",
        "lendable": true,
        "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
        "at": "2026-10-08T09:00:00Z"
      },
      "condition": "good",
      "custody": [
        {
          "from": "2026-10-01T08:00:00Z",
          "until": "2026-10-05T09:00:00Z",
          "keeper": {
            "stock": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
          },
          "acceptance": "not_needed",
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "slip": "DN-03"
        },
        {
          "from": "2026-10-05T09:00:00Z",
          "until": "2026-10-06T09:00:00Z",
          "keeper": {
            "person": "b27faa0b-d7c6-5fa9-8783-f45c67845a74"
          },
          "desk": "ec0033c3-9756-5ecb-a132-94de0f2202e8",
          "acceptance": {
            "accepted": {
              "by": "b27faa0b-d7c6-5fa9-8783-f45c67845a74",
              "at": "2026-10-05T09:30:00Z"
            }
          },
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "slip": "H-1"
        },
        {
          "from": "2026-10-06T09:00:00Z",
          "until": "2026-10-06T10:00:00Z",
          "keeper": {
            "person": "9693db45-4ff8-5ad8-bed6-0082b07d5176"
          },
          "acceptance": {
            "declined": {
              "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
              "at": "2026-10-06T10:00:00Z",
              "reason": "too heavy"
            }
          },
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "slip": "H-2"
        },
        {
          "from": "2026-10-06T10:00:00Z",
          "until": "2026-10-07T09:00:00Z",
          "keeper": {
            "person": "b27faa0b-d7c6-5fa9-8783-f45c67845a74"
          },
          "desk": "ec0033c3-9756-5ecb-a132-94de0f2202e8",
          "acceptance": {
            "accepted": {
              "by": "b27faa0b-d7c6-5fa9-8783-f45c67845a74",
              "at": "2026-10-05T09:30:00Z"
            }
          },
          "by": "9693db45-4ff8-5ad8-bed6-0082b07d5176",
          "slip": "H-1"
        },
        {
          "from": "2026-10-07T09:00:00Z",
          "until": "2029-11-02T10:00:00Z",
          "keeper": {
            "stock": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2"
          },
          "acceptance": "not_needed",
          "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
          "slip": "H-3"
        }
      ],
      "warranties": {
        "W-1": {
          "number": "W-1",
          "kind": "maker",
          "provider": "54dd1008-e612-52fb-a425-3c4e237aa9eb",
          "from": "2026-10-01",
          "last": "2028-09-30"
        }
      },
      "charges": [
        {
          "reference": "RE-88",
          "vendor": "6023c249-6707-5a2a-b2b1-14dc5aff498c",
          "on": "2026-10-01",
          "amount": "11.00 EUR"
        }
      ],
      "audits": [
        {
          "audit": "AU-1",
          "at": "2026-10-08T09:00:00Z",
          "place": "64a3d685-a87f-53fb-9fa0-0a3bc8f08bd2",
          "found": "here"
        }
      ],
      "disposed": {
        "kind": "scrapped",
        "on": "2029-11-02",
        "at": "2029-11-02T10:00:00Z",
        "proceeds": "120.00 EUR",
        "by": "86f4d0bf-aa08-584b-a8e4-61e4881cb11b",
        "slip": "D-1"
      }
    }
    "#);
}

#[test]
fn a_depreciation_basis() {
    let depreciation =
        DepreciationTerms { life_months: 36, residual: "5 %".parse().unwrap(), method: "linear".parse().unwrap() };
    let terms = EquipmentTerms { acceptance: true, holds_data: true, depreciation: Some(depreciation) };
    let mut book = EquipmentTermsBook::default();
    book.publish(&"Laptop".parse().unwrap(), "2026-01-01".parse().unwrap(), terms).unwrap();
    let text = serde_json::to_string(&book).unwrap();
    assert_eq!(serde_json::from_str::<EquipmentTermsBook>(&text).unwrap(), book);
    assert!(serde_json::from_str::<EquipmentTermsBook>(&text.replace("36", "0")).is_err());
    let basis = asset().0.depreciation_basis(&book).unwrap();
    let gone = DisposalBasis {
        on: "2029-11-02".parse().unwrap(),
        kind: DisposalKind::Scrapped,
        proceeds: "120.00 EUR".parse().unwrap(),
    };
    assert_eq!(basis.disposal, Some(gone));
    assert_json_snapshot!((book, basis), @r#"
    [
      {
        "laptop": {
          "2026-01-01": {
            "acceptance": true,
            "holds_data": true,
            "depreciation": {
              "life_months": 36,
              "residual": "5 %",
              "method": "linear"
            }
          }
        }
      },
      {
        "tag": "LT-0043",
        "category": "laptop",
        "bought": "2026-09-28",
        "in_service": "2026-10-05",
        "cost": "1260.00 EUR",
        "later": [],
        "residual": "63.00 EUR",
        "terms": {
          "life_months": 36,
          "residual": "5 %",
          "method": "linear"
        },
        "disposal": {
          "on": "2029-11-02",
          "kind": "scrapped",
          "proceeds": "120.00 EUR"
        }
      }
    ]
    "#);
}
