#![doc = include_str!("../README.md")]

// The books.
mod account;
mod chart;
mod closing;
mod dimension;
mod entry;
mod journal_entry;
mod period;
mod posting;
mod shortcut;
mod snapshot;

// What the books say.
mod analysis;
mod balance;
mod books;
mod cash_flow;
mod comparison;
mod ledger;
#[cfg(feature = "plain-text")]
mod plain_text;
#[cfg(feature = "saf-t")]
mod saft;
#[cfg(feature = "csv")]
pub mod sheet;
mod statement;
mod trial_balance;
mod year_end;

// What changes its worth over time.
mod currency_rules;
mod deferral;
mod depreciation;
mod exchange_rates;
mod fixed_asset;
mod posting_run;
mod revaluation;
mod revaluation_run;
mod schedule;

// What vendors charge.
mod bill;
mod bill_coding;
mod duplicate;
mod invoice;
mod matching;

// What clients are charged.
mod client_invoice;
mod client_quote;
mod client_statement;
mod dunning;
#[cfg(feature = "ubl")]
mod e_invoice;
mod invoice_document;
mod invoice_draft;
mod invoice_party;
mod invoice_totals;
mod rounding_policy;
mod tax;

// What may be spent, and what is in the box.
mod budget;
mod budget_transfer;
mod expense_claim;
mod forecast;
mod mileage;
mod per_diem;
mod petty_cash;
mod travel_advance;
mod variance;

// What is paid, and what the bank says.
mod bank;
mod bank_match;
mod bank_statement;
#[cfg(feature = "camt")]
mod camt;
mod card;
mod iban;
mod learned_coding;
mod learned_rule;
#[cfg(feature = "mt940")]
mod mt940;
#[cfg(feature = "ofx")]
mod ofx;
mod open_item;
mod payment;
mod payment_proposal;
mod payment_run;
mod payment_terms;
mod reconciliation;
mod statement_matching;
#[cfg(feature = "csv")]
mod statement_table;
#[cfg(any(feature = "csv", feature = "mt940", feature = "ofx"))]
mod text_encoding;

// How files in XML are told.
#[cfg(any(feature = "camt", feature = "saf-t"))]
mod xml_node;
#[cfg(any(feature = "saf-t", feature = "ubl"))]
mod xml_text;

pub use account::{Account, AccountCode, AccountKind, CashFlowPart, ParseAccountCodeError, ParseAccountKindError};
pub use analysis::{
    Anomaly, AnomalyRule, PriceDrift, PricePaid, Saving, SpendBy, SpendLine, SpendRow, SpendSpan, SpendTable, TopRow,
    TrendStep, anomalies, price_drift, savings, spend_lines,
};
pub use balance::{Balances, ReportError, ReportRow};
pub use bank::{
    BankLine, BankLineFact, BankLineId, BankLineStatus, BookLineError, ImportStatementError, StatementImport,
    import_statement,
};
pub use bank_match::{
    BankMatch, BankMatchFact, BankMatchId, CodingStruck, ConfirmMatchError, ConfirmedPart, MatchUndone, NewBankMatch,
    StrikeCodingError, confirm_match, strike_coding, undo_match,
};
pub use bank_statement::{BankStatement, StatementBalance, StatementFormat, StatementLine, StatementProof};
pub use bill::{Bill, BillError, BillFinding, BillLine, BillTax, OrderLineRef};
pub use bill_coding::{
    BillCodingRules, BillCodingRulesError, BillTaxCode, CodedLine, CodingBasis, CodingPart, CodingSplit,
    CodingSplitError, ReverseCharge, SuggestedCoding, SuggestionReason, VendorCodingRule,
};
pub use books::{Books, BooksError, ForeignBalance, MonthlyReport, MonthlyRow};
pub use budget::{
    BudgetBearer, BudgetClaims, BudgetFact, BudgetId, BudgetLine, BudgetPlan, BudgetRevision, CarryForwardError,
    CarryForwardRule, Claim, DeliverError, FundsCheck, PlanChange, PlanChangeReason, ReserveError, ReviseBudgetError,
    SpendError, Spending,
};
pub use budget_transfer::{
    BudgetTransfer, BudgetTransferFact, BudgetTransferId, DecideTransferError, MoveBudgetError, NewBudgetTransfer,
    RequestTransferError, TransferRules, approve_budget_transfer, fall_due_budget_transfer, refuse_budget_transfer,
    request_budget_transfer, withdraw_budget_transfer,
};
#[cfg(feature = "camt")]
pub use camt::{read_camt052, read_camt053, read_camt054};
pub use card::{
    CardBill, CardException, CardFact, CardImport, CardImportError, CardLine, CardLineKind, CardProof, CardReceipt,
    CardResolution, CardStatement, CardStatementId, CardStatus, ChaseRules, ChaseStep, CheckCardError,
    ConfirmCardError, PersonalSettlement, ReceiptChase, ReceiveCardError, ResolveCardError, SettlePersonalError,
    SignOffError, chase_receipts,
};
pub use cash_flow::{CashFlowRow, CashFlowStatement, DirectCashFlow};
pub use chart::{Chart, ChartError, PostableError};
pub use client_invoice::{
    AllocateReceiptError, ChargeReminderError, ClientCoding, ClientEntryError, ClientInvoice, ClientInvoiceFact,
    ClientInvoiceId, ClientInvoiceStatus, ClientReceipt, CreditInvoiceError, DraftInvoiceError, InvoiceCredit,
    InvoiceInstalment, IssueInvoiceError, LateCharge, LateChargeRules, PostClientInvoiceError, PostedInvoiceError,
    ReceiptPart, ReceiptPartError, ReceivableRules, ReceivePaymentError, ReturnReceiptError, SendReceiptBackError,
    WaiveLateChargeError, allocate_receipt, allocate_receipt_oldest_first, charge_reminder, credit_invoice,
    issue_invoice, issue_invoice_by_terms, post_client_invoice, receive_payment, receive_payment_as, return_receipt,
    send_receipt_back, waive_late_charge,
};
pub use client_quote::{
    AcceptQuoteError, ClientQuote, ClientQuoteFact, ClientQuoteId, ClientQuoteStatus, OfferQuoteError, accept_quote,
};
pub use client_statement::{ClientMovement, ClientStatement, ClientStatementLine};
pub use closing::{CloseBooksError, close_period, reopen_period};
pub use comparison::{ComparedRow, TreeRow, compare_rows};
pub use currency_rules::{CurrencyError, CurrencyRules};
pub use deferral::{
    Deferral, DeferralFact, DeferralId, DeferralPlan, DeferralSide, EndDeferralError, StandingEntry, StandingEntryFact,
    StandingEntryId, run_deferrals, run_standing_entries, undo_deferral, undo_standing_entry,
};
pub use depreciation::{
    DepreciationBook, DepreciationError, DepreciationMethod, DepreciationStart, DepreciationTerms, Disposal,
    DisposeError, MacrsClass, MacrsConvention, RoundingRest, UnitsUsed, by_year, macrs_percents,
};
pub use dimension::{Dimension, DimensionRule, DimensionValueId, Dimensions, ParseDimensionError};
pub use dunning::{Dunning, DunningError, DunningLevel, RemindError, Reminder};
pub use duplicate::{
    DuplicatePolicy, DuplicateReason, DuplicateScore, DuplicateTraits, DuplicateVerdict, OCR_LOOK_ALIKES,
    duplicate_keys,
};
#[cfg(feature = "ubl")]
pub use e_invoice::{
    BrokenRule, EInvoice, EInvoiceAttachment, EInvoiceBill, EInvoiceBillError, EInvoiceDelivery, EInvoiceGap,
    EInvoiceLine, EInvoiceNote, EInvoicePeriod, EInvoicePrice, EInvoiceReference, EInvoiceRules, FindVendorError,
    GapPlace, PaymentAccount, PaymentCard, PaymentMandate, PaymentMeans, ReadRulesError, StatedAdjustment, StatedTax,
    StatedTaxTotal, StatedTotals, Strictness, SupportingDocument, VendorDirectory, VendorIdentity, VendorKey,
    check_ubl, read_ubl, write_ubl,
};
pub use entry::{Conversion, ConversionError, Entry, EntryError, EntryKind, Posting, Worth};
pub use exchange_rates::{ExchangeRates, ExchangeRatesError, NoRateError};
pub use expense_claim::{
    ApproveClaim, ApproveClaimError, ClaimPayment, ClaimPaymentError, ClaimRules, ClaimSettlement, ClaimedLine,
    ExpenseBasis, ExpenseClaim, ExpenseClaimFact, ExpenseClaimId, ExpenseLine, ExpenseLineError, ExpenseTax, LineCut,
    NewExpenseClaim, PaidBy, Recharge, SettleClaimError, SubmitClaimError,
};
pub use fixed_asset::{
    DisposeFixedAssetError, EstimateError, FixedAsset, FixedAssetAccounts, FixedAssetFact, FixedAssetId,
    FixedAssetPlan, FixedAssetSale, dispose_fixed_asset, run_depreciation, undo_depreciation,
};
pub use forecast::{Forecast, ForecastError, ForecastMethod};
pub use iban::{Iban, IbanError};
pub use invoice::{
    ApproveInvoiceError, AssessError, Assessment, BillCreditError, CodeInvoiceError, CodedPostings, CodedPostingsError,
    ContractPriceHold, CorrectInvoiceError, HoldReason, InvoiceApproval, InvoiceCoding, InvoiceEntryError, InvoiceFact,
    InvoiceStatus, InvoiceStepError, LiftHoldError, NotCodedError, PayInvoiceError, PaymentHold, PossibleDuplicate,
    PutOnHoldError, ReceiveInvoiceError, RefuseInvoiceError, RejectInvoiceError, ReleaseHoldError, ReleasedHold,
    VendorInvoice, VendorInvoiceId, correct_invoice, duplicates_of, receive_invoice,
};
pub use invoice_document::{CreditError, InvoiceDocument, InvoiceDocumentError};
pub use invoice_draft::{
    Adjustment, AdjustmentAmount, AdjustmentKind, CreditTransfer, DocumentAdjustment, InvoiceDraft, InvoiceKind,
    InvoiceLine, PrecedingInvoice,
};
pub use invoice_party::{Identifier, InvoiceAddress, InvoiceParty};
pub use invoice_totals::{InvoiceTotals, InvoiceTotalsError, TaxTotal};
pub use journal_entry::{EntryFact, EntryId, EntryNumber, EntryStatus, JournalEntry, ReverseError};
pub use learned_coding::{LearnedCodings, LearnedMatching, RuleGrounds, learned_codings};
pub use learned_rule::{
    CodingConfirmation, CodingProposal, LearnedRule, LearnedRules, LineCoding, LinePattern, PatternKind, ProposalRules,
};
pub use ledger::{AccountLedger, LedgerLine};
pub use matching::{
    BilledLine, LineMatch, MatchBasis, MatchError, OrderedLine, Tolerance, Tolerances, Variance, Verdict, check_price,
    match_line, match_line_by,
};
pub use mileage::{MileageAllowance, MileageError, MileagePart, MileageRate, MileageTable, MileageTableError};
#[cfg(feature = "mt940")]
pub use mt940::read_mt940;
#[cfg(feature = "ofx")]
pub use ofx::read_ofx;
pub use open_item::{
    Ageing, AgeingBucket, Allocation, AllocationError, ItemRevaluation, ItemStatus, ItemWorthError, OpenItem,
    PartWorth, PaymentSplit, UndoAllocationError, split_payment,
};
pub use payment::{
    AllocatePaymentError, NewPayment, Payment, PaymentFact, PaymentPart, PaymentReturn, ReturnPaymentError,
};
pub use payment_proposal::{
    LeftOut, PayableItem, PaymentPriority, PaymentProposal, PaymentRequest, ProposedPart, ProposedPayment,
    propose_payments,
};
pub use payment_run::{PaymentRun, PaymentRunError, PaymentRunFact, PaymentRunId, RunPayment, RunPaymentStatus};
pub use payment_terms::{
    CashRounded, CashRounding, DiscountOffer, DiscountParts, DiscountTaxRule, DiscountTerm, DueRule, DueStep,
    Instalment, PaymentPlan, PaymentTerms, PlannedInstalment, TermsError,
};
pub use per_diem::{
    DayShare, Meal, MealAmounts, MealRule, ParsePlaceError, ParseSeasonError, PerDiemAllowance, PerDiemDay,
    PerDiemError, PerDiemPlace, PerDiemRate, PerDiemRules, PerDiemTable, PerDiemTableError, Season, Stay, Trip,
    TripDay, TripError,
};
pub use period::{
    AdmitError, ClosePeriodError, ExceptError, Period, PeriodException, PeriodFact, PeriodId, PeriodStatus,
    ReopenPeriodError, SoftCloseError,
};
pub use petty_cash::{
    CountError, FundStatus, PettyCashFact, PettyCashFund, PettyCashId, SetUpError, SpendCashError, TopUpError, Voucher,
};
#[cfg(feature = "plain-text")]
pub use plain_text::{
    ReadJournalError, ReadJournalErrorKind, TextBalance, TextPosting, TextTransaction, read_balances, read_journal,
    write_beancount, write_hledger,
};
pub use posting::{PostError, UndoError, entries_of, post, undo};
pub use posting_run::{PostedRun, PostingRun, PostingRunError, UndoLineError};
pub use reconciliation::{BankReconciliation, ReconcileError, ReconcilingItem};
pub use revaluation::{ForeignItem, RevalueError, SettleError, revalue_balances};
pub use revaluation_run::{
    Revaluation, RevaluationFact, RevaluationMethod, RevaluationRun, Revalued, RevaluedLine, RunRevaluationError,
    run_revaluation,
};
pub use rounding_policy::{InvoicePrices, RoundedAt, RoundingPolicy};
#[cfg(feature = "saf-t")]
pub use saft::{
    ImportSaftError, SaftAccount, SaftFile, SaftGap, SaftHeader, SaftImport, SaftLine, SaftParty, SaftPartyBalance,
    SaftRole, SaftTotals, SaftTransaction, read_saft, write_saft,
};
pub use schedule::{DeferralSchedule, PeriodAmount, RecurringEntry, SpreadBy, SpreadError};
pub use snapshot::{Fingerprint, ParseFingerprintError, PeriodSnapshot, snapshot_of};
pub use statement::{BalanceSheet, IncomeStatement};
pub use statement_matching::{
    MatchCandidate, MatchPart, MatchPoints, MatchReason, MatchResult, MatchRules, MatchTie, RankedCandidate,
    StatementMatch, match_statement, rank_candidates,
};
#[cfg(feature = "csv")]
pub use statement_table::{
    AmountColumns, DateOrder, DecimalMark, RowOrder, TableColumns, TableLayout, TableSeparator, read_table,
};
pub use tax::{TaxCategory, TaxClass, TaxClassError};
#[cfg(any(feature = "csv", feature = "mt940", feature = "ofx"))]
pub use text_encoding::{TextEncoding, UnknownEncoding, take_file};
pub use travel_advance::{
    GrantAdvanceError, NewTravelAdvance, PayAdvanceError, TravelAdvance, TravelAdvanceFact, TravelAdvanceId,
    UseAdvanceError,
};
pub use trial_balance::{TrialBalance, TrialRow};
pub use variance::{BudgetVariance, PlanActual, VarianceExplanation};
pub use year_end::CloseYearError;
