//! E-invoices: what a document says, term by term as EN 16931 has it, whether or not it adds up.

mod gap;
mod incoming;
mod line;
mod outgoing;
mod rules;
mod ubl;
mod vendor;

use chrono::NaiveDate;
use rust_decimal::Decimal;

pub use self::gap::{EInvoiceGap, GapPlace};
pub use self::incoming::{EInvoiceBill, EInvoiceBillError, EInvoiceNote};
pub use self::line::{EInvoiceLine, EInvoicePrice};
pub use self::rules::{BrokenRule, EInvoiceRules, ReadRulesError, Strictness};
pub use self::ubl::{check_ubl, read_ubl, write_ubl};
pub use self::vendor::{FindVendorError, VendorDirectory, VendorIdentity, VendorKey};
use crate::{Identifier, InvoiceAddress, InvoiceKind, InvoiceParty};

/// The type of a document that tells what is invoiced (BT-18, BT-128), in UNCL 1001.
const OBJECT_TYPE: &str = "130";

/// An e-invoice: what a document says, term by term as the semantic model of EN 16931 has it (its business terms, BT,
/// and groups, BG).
///
/// It need not add up, nor be complete: [`EInvoice::gaps`] says where it does not add up, [`EInvoiceRules`] what it lacks. What it does not say is empty.
/// Amounts are as they are written, in the currency that the document names.
/// [`EInvoice::of`] states an [`InvoiceDocument`](crate::InvoiceDocument), [`EInvoice::to_bill`] a vendor's [`Bill`](crate::Bill); [`read_ubl`] and [`write_ubl`] are its form in
/// XML.
///
/// # Example
/// ```
/// use office_finance::{EInvoice, EInvoiceLine, GapPlace};
/// use rust_decimal::Decimal;
///
/// let mut invoice = EInvoice { number: "17".into(), currency: "EUR".into(), ..EInvoice::default() };
/// invoice.lines.push(EInvoiceLine { net: Some(Decimal::new(1990, 2)), ..EInvoiceLine::default() });
/// invoice.totals.lines = Some(Decimal::new(2000, 2));
/// let gaps = invoice.gaps();
/// assert_eq!(gaps[0].place, GapPlace::LineTotal);
/// assert_eq!(gaps[0].difference(), Decimal::new(10, 2));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EInvoice {
    /// Whether it charges or takes back.
    pub kind: InvoiceKind,
    /// The rules it follows (BT-24).
    pub specification: String,
    /// The business process (BT-23).
    pub process: String,
    /// Its number (BT-1).
    pub number: String,
    /// Its day (BT-2).
    pub issued: Option<NaiveDate>,
    /// When it is to be paid (BT-9).
    pub due: Option<NaiveDate>,
    /// Its type in UNCL 1001 (BT-3).
    pub type_code: String,
    /// What else it says (BT-22).
    pub notes: Vec<String>,
    /// When tax falls due (BT-7).
    pub tax_point: Option<NaiveDate>,
    /// Its currency (BT-5).
    pub currency: String,
    /// The currency that tax is accounted in (BT-6).
    pub tax_currency: String,
    /// Where the buyer books it (BT-19).
    pub accounting_reference: String,
    /// The reference the buyer wants to read (BT-10).
    pub buyer_reference: String,
    /// What time it is for (BG-14).
    pub period: Option<EInvoicePeriod>,
    /// The buyer's order (BT-13).
    pub order: String,
    /// The seller's order (BT-14).
    pub sales_order: String,
    /// Earlier invoices (BG-3).
    pub preceding: Vec<EInvoiceReference>,
    /// The advice of despatch (BT-16).
    pub despatch: String,
    /// The advice of receipt (BT-15).
    pub receipt: String,
    /// The tender or lot (BT-17).
    pub tender: String,
    /// The contract (BT-12).
    pub contract: String,
    /// What comes with it (BG-24), and what it is about (BT-18).
    pub documents: Vec<SupportingDocument>,
    /// The project (BT-11).
    pub project: String,
    /// Who charges (BG-4).
    pub seller: InvoiceParty,
    /// Who is charged (BG-7).
    pub buyer: InvoiceParty,
    /// Who is paid, where that is another than the seller (BG-10).
    pub payee: Option<InvoiceParty>,
    /// Who deals with the seller's tax (BG-11).
    pub representative: Option<InvoiceParty>,
    /// Where and when it was delivered (BG-13).
    pub delivery: Option<EInvoiceDelivery>,
    /// How it is to be paid (BG-16).
    pub payments: Vec<PaymentMeans>,
    /// What was agreed on payment (BT-20).
    pub terms: String,
    /// What is taken off or added for the whole document (BG-20, BG-21).
    pub adjustments: Vec<StatedAdjustment>,
    /// What is taxed alike (BG-23).
    pub taxes: Vec<StatedTaxTotal>,
    /// All tax (BT-110).
    pub tax: Option<Decimal>,
    /// All tax, in the currency it is accounted in (BT-111).
    pub accounting_tax: Option<Decimal>,
    /// Its sums (BG-22).
    pub totals: StatedTotals,
    /// Its lines (BG-25).
    pub lines: Vec<EInvoiceLine>,
}

/// A time that an invoice or a line is for (BG-14, BG-26).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EInvoicePeriod {
    /// Its first day (BT-73, BT-134).
    pub start: Option<NaiveDate>,
    /// Its last day (BT-74, BT-135).
    pub end: Option<NaiveDate>,
    /// What the day of tax is counted from (BT-8).
    pub tax_point: String,
}

/// An earlier invoice (BG-3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EInvoiceReference {
    /// Its number (BT-25).
    pub number: String,
    /// Its day (BT-26).
    pub on: Option<NaiveDate>,
}

/// A document that comes with an invoice (BG-24), or what it is about (BT-18, of type 130).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SupportingDocument {
    /// Its number (BT-122, BT-18).
    pub id: Identifier,
    /// Its type in UNCL 1001.
    pub type_code: String,
    /// What it is (BT-123).
    pub description: String,
    /// Where it is (BT-124).
    pub location: String,
    /// The document itself (BT-125).
    pub attachment: Option<EInvoiceAttachment>,
}

/// A document within an invoice (BT-125).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EInvoiceAttachment {
    /// The type of its content.
    pub mime: String,
    /// The name of its file.
    pub file: String,
    /// Its content in Base64, as written.
    pub content: String,
}

/// Where and when something was delivered (BG-13).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EInvoiceDelivery {
    /// When (BT-72).
    pub on: Option<NaiveDate>,
    /// The place by its number (BT-71).
    pub place: Option<Identifier>,
    /// Its address (BG-15).
    pub address: Option<InvoiceAddress>,
    /// To whom (BT-70).
    pub name: String,
}

/// How an invoice is to be paid (BG-16).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentMeans {
    /// The means in UNCL 4461 (BT-81).
    pub code: String,
    /// What the payer is to write (BT-83).
    pub reference: String,
    /// The account that money is sent to (BG-17).
    pub account: Option<PaymentAccount>,
    /// The card it is charged to, in part (BT-87), and whose it is (BT-88).
    pub card: Option<PaymentCard>,
    /// The mandate by which it is drawn (BT-89), and the account it is drawn from (BT-91).
    pub mandate: Option<PaymentMandate>,
}

/// An account that money is sent to (BG-17).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentAccount {
    /// Its number (BT-84).
    pub number: String,
    /// Whose it is (BT-85).
    pub name: String,
    /// The bank (BT-86).
    pub bank: String,
}

/// A card that an invoice is charged to (BG-18).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentCard {
    /// The last digits of its number (BT-87).
    pub number: String,
    /// Its network.
    pub network: String,
    /// Whose it is (BT-88).
    pub holder: String,
}

/// By what an invoice is drawn from the buyer's account (BG-19).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentMandate {
    /// The mandate (BT-89).
    pub id: String,
    /// The account (BT-91).
    pub account: String,
}

/// How something is taxed, as it is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatedTax {
    /// The category in UNCL 5305 (BT-151, BT-118, BT-95, BT-102).
    pub category: String,
    /// The rate in the hundred (BT-152, BT-119, BT-96, BT-103).
    pub rate: Option<Decimal>,
    /// Why no tax is charged, by code (BT-121).
    pub reason_code: String,
    /// Why no tax is charged (BT-120).
    pub reason: String,
}

/// What is taken off or added, as it is stated (BG-20, BG-21, BG-27, BG-28).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatedAdjustment {
    /// Whether it is added.
    pub is_charge: bool,
    /// Why, by code (BT-98, BT-105, BT-140, BT-145).
    pub reason_code: String,
    /// Why (BT-97, BT-104, BT-139, BT-144).
    pub reason: String,
    /// How many in the hundred (BT-94, BT-101, BT-138, BT-143).
    pub percent: Option<Decimal>,
    /// How much (BT-92, BT-99, BT-136, BT-141).
    pub amount: Option<Decimal>,
    /// Of how much (BT-93, BT-100, BT-137, BT-142).
    pub base: Option<Decimal>,
    /// How it is taxed, in a document.
    pub tax: StatedTax,
}

/// What is taxed alike, as it is stated (BG-23).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatedTaxTotal {
    /// What is taxed (BT-116).
    pub base: Option<Decimal>,
    /// The tax (BT-117).
    pub tax: Option<Decimal>,
    /// How.
    pub class: StatedTax,
}

/// The sums of a document, as they are stated (BG-22).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatedTotals {
    /// All lines (BT-106).
    pub lines: Option<Decimal>,
    /// Without tax (BT-109).
    pub net: Option<Decimal>,
    /// With tax (BT-112).
    pub gross: Option<Decimal>,
    /// All allowances of the document (BT-107).
    pub allowances: Option<Decimal>,
    /// All charges of the document (BT-108).
    pub charges: Option<Decimal>,
    /// What was paid before (BT-113).
    pub prepaid: Option<Decimal>,
    /// What was added so that coins suffice (BT-114).
    pub rounding: Option<Decimal>,
    /// What is to be paid (BT-115).
    pub due: Option<Decimal>,
}
