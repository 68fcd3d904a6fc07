//! Which receipt belongs to which line.

use std::collections::BTreeMap;

use super::{CardException, CardLine, CardLineKind, CardReceipt};

/// The receipts of lines, and what is not in order.
pub(super) fn match_receipts(
    lines: &[CardLine],
    receipts: &[CardReceipt],
    window_days: u32,
) -> (BTreeMap<String, String>, BTreeMap<String, CardException>) {
    let needing: Vec<&CardLine> = lines.iter().filter(|line| line.kind != CardLineKind::Payment).collect();
    let fitting =
        |line: &CardLine| receipts.iter().filter(|receipt| fits(line, receipt, window_days)).collect::<Vec<_>>();
    let mut matched = BTreeMap::new();
    let mut exceptions = BTreeMap::new();
    for line in &needing {
        let candidates = fitting(line);
        let exception = match candidates.as_slice() {
            [] => CardException::MissingReceipt,
            [receipt] if needing.iter().filter(|other| fits(other, receipt, window_days)).count() == 1 => {
                matched.insert(line.reference.clone(), receipt.number.clone());
                match (&receipt.claim, receipt.personal) {
                    (Some(claim), _) => {
                        CardException::Claimed { receipt: receipt.number.clone(), claim: claim.clone() }
                    }
                    (None, true) => CardException::Personal { receipt: receipt.number.clone() },
                    (None, false) => continue,
                }
            }
            several => {
                let receipts = several.iter().map(|receipt| receipt.number.clone()).collect();
                CardException::Ambiguous { receipts }
            }
        };
        exceptions.insert(line.reference.clone(), exception);
    }
    (matched, exceptions)
}

fn fits(line: &CardLine, receipt: &CardReceipt, window_days: u32) -> bool {
    let apart = line.on.signed_duration_since(receipt.on).num_days().unsigned_abs();
    let plain =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect() };
    line.holder == Some(receipt.holder)
        && line.owed() == receipt.amount
        && apart <= u64::from(window_days)
        && plain(&line.merchant) == plain(&receipt.merchant)
}
