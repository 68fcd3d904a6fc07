//! How the small office pays.

use std::collections::BTreeMap;

use office::payment::PaymentRules;
use office::purchasing::PurchasingRules;
use office_core::Currency;
use office_finance::DiscountTaxRule;

use crate::small_office::{account, policy, rules};

/// Payments by the manager from the bank account, which nobody needs to approve up to a thousand euros.
pub(crate) fn payment_rules() -> PaymentRules {
    let PurchasingRules { book, hours, chart, accounts, scope, .. } = rules();
    PaymentRules {
        policy: policy(
            "payment",
            &["amount", "outcome"],
            &[&["< 1000 EUR", "allow"], &[">= 1000 EUR", "approvals: 1 manager payment.approve"]],
        ),
        book,
        hours,
        scope,
        chart,
        payables: accounts.payables,
        receivables: account("1200"),
        banks: [(Currency::EUR, accounts.bank)].into(),
        discounts: account("6816"),
        discount_tax: DiscountTaxRule::TaxFollows,
        input_tax: accounts.input_tax,
        write_offs: account("6965"),
        blocked: BTreeMap::new(),
        currencies: None,
    }
}
