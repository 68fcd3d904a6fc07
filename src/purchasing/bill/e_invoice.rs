//! A vendor's e-invoice, taken in as a bill in one step.

use std::collections::BTreeMap;

use office_core::subject::{InvoiceId, OrderId};
use office_core::{InputError, StoreError, Tx, UnitCode};
use office_finance::{
    BrokenRule, EInvoice, EInvoiceBillError, EInvoiceRules, Strictness, VendorDirectory, check_ubl, read_ubl,
};
use office_inventory::PurchaseOrder;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{BillError, BillOutcome, bill};
use crate::purchasing::PurchasingRules;

/// By what the office takes e-invoices in: its own data.
#[derive(Clone, Debug)]
pub struct EInvoiceIntake {
    /// By what vendors are known.
    pub vendors: VendorDirectory,
    /// The rules that an e-invoice has to keep.
    pub rules: EInvoiceRules,
    /// How closely.
    pub strictness: Strictness,
    /// What the office calls units, by their codes in UN/ECE Recommendation 20, so that a bill is matched with orders in
    /// the office's units. A unit that is not here keeps its code.
    pub units: BTreeMap<String, UnitCode>,
}

/// What became of an e-invoice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EInvoiceTaken {
    /// What became of the bill that it is.
    pub outcome: BillOutcome,
    /// What somebody should look at that a bill does not say, in words: another account to pay to, an unknown order.
    pub notes: Vec<String>,
}

/// Takes a file with a vendor's e-invoice in UBL in: held against the rules, known by its vendor and order (BT-13), made a
/// bill, and taken in as [`bill`] does. A line that names no line of a known order is coded like that of any other bill.
///
/// # Errors
/// [`TakeEInvoiceError`], in the order of its variants; nothing is recorded then.
///
/// # Example
/// ```
/// # mod setup { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/setup/bills.rs")); }
/// # use office::core::{Currency, Id, Percent, wait};
/// # use office::finance::{InvoiceAddress, InvoiceDocument, InvoiceDraft, InvoiceLine, InvoiceParty, TaxClass};
/// # use setup::{Failure, command, day, invoice, office, rules};
/// use office::finance::{EInvoice, EInvoiceRules, Strictness, VendorDirectory, VendorIdentity, write_ubl};
/// use office::purchasing::{BillOutcome, EInvoiceIntake, take_in_e_invoice};
/// # let party = |name: &str, tax_id: &str| InvoiceParty {
/// #     name: name.into(), tax_id: tax_id.into(), legal_id: Some(office::finance::Identifier::new("HRB 4711")),
/// #     address: Some(InvoiceAddress { country: "DE".into(), ..InvoiceAddress::default() }), ..InvoiceParty::default()
/// # };
/// # let line = InvoiceLine::new("Rent", "1 month".parse()?, "200 EUR / 1 month".parse()?, TaxClass::standard(Percent::whole(19))?);
/// # let (landlord, buyer) = (party("Wohnbau Nord", "DE123456789"), party("Office", "DE987654321"));
/// # let draft = InvoiceDraft::new(Currency::EUR, landlord, buyer, vec![line]);
/// # let file = &write_ubl(&EInvoice::of(&InvoiceDocument::new("M-10".parse()?, day(1), day(15), draft)?));
/// # let vendor = Id::natural("party", "landlord");
///
/// let landlord = VendorIdentity {
///     vendor, tax_ids: vec!["DE123456789".into()], electronic_addresses: vec![], accounts: vec![],
/// };
/// let (office, rules) = (&office()?, &rules()?);
/// let known = &EInvoiceIntake {
///     vendors: VendorDirectory::new([landlord]), rules: EInvoiceRules::en16931()?, strictness: Strictness::EXACT,
///     units: [("MON".to_owned(), "month".parse()?)].into(),
/// };
/// let take_in = |key: &str, intake| {
///     let key = command(key, "ann")?;
///     let taken = wait(office.transact(&key, |tx| async move {
///         take_in_e_invoice(&tx, rules, intake, invoice("a"), "M-10.xml", file.as_bytes()).await
///     }))?;
///     Ok::<_, Failure>(taken.outcome)
/// };
/// // It is of a vendor that nobody knows.
/// let nobody = &EInvoiceIntake { vendors: VendorDirectory::default(), ..known.clone() };
/// assert!(take_in("nobody", nobody).is_err());
/// // It names no order, and nobody has said how it is booked.
/// assert!(matches!(take_in("known", known)?, BillOutcome::Held { .. }));
/// # Ok::<(), Failure>(())
/// ```
pub async fn take_in_e_invoice(
    tx: &Tx,
    rules: &PurchasingRules,
    intake: &EInvoiceIntake,
    id: InvoiceId,
    file: &str,
    bytes: &[u8],
) -> Result<EInvoiceTaken, TakeEInvoiceError> {
    // Read.
    let invoice = intake.read(file, bytes)?;
    let mut orders: BTreeMap<String, OrderId> = BTreeMap::new();
    let number = invoice.order.trim().to_owned();
    if let Some((order, _)) = tx.find_by(PurchaseOrder::BY_NUMBER, &number).await? {
        orders.insert(number, order.retag());
    }

    // Decide.
    let told = invoice.to_bill(&intake.vendors, &orders)?;

    // Record.
    // What taking a bill in keeps in mind is large.
    let outcome = Box::pin(bill(tx, rules, id, told.bill)).await?;
    Ok(EInvoiceTaken { outcome, notes: told.notes.iter().map(ToString::to_string).collect() })
}

impl EInvoiceIntake {
    /// What a file says, in the office's units, once it keeps the rules.
    fn read(&self, file: &str, bytes: &[u8]) -> Result<EInvoice, TakeEInvoiceError> {
        let mut invoice = read_ubl(file, bytes)?;
        let mut broken = check_ubl(file, bytes)?;
        broken.extend(self.rules.check(&invoice, self.strictness));
        if !broken.is_empty() {
            return Err(TakeEInvoiceError::Broken { broken });
        }
        for line in &mut invoice.lines {
            for unit in [&mut line.unit, &mut line.price.base_unit] {
                if let Some(own) = self.units.get(unit.trim()) {
                    *unit = own.as_str().to_owned();
                }
            }
        }
        Ok(invoice)
    }
}

/// An e-invoice cannot be taken in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TakeEInvoiceError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] InputError),
    /// It does not keep the rules.
    #[error("{} rules are not kept: {}", .broken.len(), told(.broken))]
    Broken {
        /// Which.
        broken: Vec<BrokenRule>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be told of which vendor it is, or it is no bill.
    #[error(transparent)]
    Told(#[from] EInvoiceBillError),
    /// The bill cannot be taken in: its number came before, or it cannot be looked at.
    #[error(transparent)]
    Bill(#[from] BillError),
}

/// The first rules of some.
fn told(broken: &[BrokenRule]) -> String {
    let first: Vec<_> = broken.iter().take(3).map(ToString::to_string).collect();
    first.join("; ")
}
