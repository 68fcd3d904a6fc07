#![doc = include_str!("../README.md")]

// What is kept.
mod count_programme;
mod count_session;
mod count_sheet;
mod filing;
mod item;
mod keeping;
mod kit;
mod landed_cost;
mod ledger;
mod location;
mod lot;
mod outlook;
mod picking;
mod place_tree;
mod reference;
mod reservation;
mod serial;
mod stock;
mod units;
mod written;

// What is told of it.
mod reorder_report;
#[cfg(feature = "csv")]
pub mod sheet;
mod stock_card;
mod stock_history;
mod valuation_report;

// Buying.
mod buying;
mod comparison;
mod contact;
mod contract;
mod fulfilment;
mod lead_time;
mod order;
mod order_amendment;
mod position;
mod price;
mod quotation;
mod quotation_request;
mod quoting;
mod receiving;
mod reorder;
mod requisition;
mod returning;
mod scorecard;
mod standing;
mod tolerance;
mod vendor;

// What to order, by what is asked for.
mod demand_class;
mod demand_history;
mod projection;
mod reorder_run;
mod reorder_terms;
mod replenishing;
mod replenishment;
mod vendor_schedule;

// Equipment.
mod asset;
mod asset_audit;
mod custody;
mod equipment;
mod equipment_terms;
mod lending;
mod licence;
mod loan;

// How much, how often, how sure.
pub mod theory;

pub use asset::{
    AddWarrantyError, Asset, AssetCharge, AssetFact, AssetId, AssetPurchase, AssetStatus, AssetTag, ChargeAssetError,
    Condition, CorrectSerial, CorrectSerialError, DataEvidence, DepreciationBasis, DepreciationBasisError, Describe,
    DisposalBasis, DisposalKind, Dispose, DisposeError, Disposed, DropWarrantyError, GoneError, NewAsset, OrderedGoods,
    ParseSerialNumberError, PutInServiceError, RegisterAssetError, Retag, RetagError, ReverseDisposal,
    ReverseDisposalError, SerialNumber, Warranty, WarrantyKind,
};
pub use asset_audit::{
    AssetAudit, AssetAuditFact, AssetAuditId, AuditFinding, AuditMark, AuditResult, AuditSheet, AuditedAsset,
    ConfirmAuditError, ConfirmedAudit, audit_sheet, confirm_audit,
};
pub use buying::{FollowOrderError, PlaceOrderError, Purchase, PurchaseLine, follow_order, place_order};
pub use comparison::{
    Comparison, ComparisonError, ComparisonRules, LateOffers, LineComparison, LineOffer, PlanSearch, QuotationAnswer,
    SourcingPlan, WhyLost,
};
pub use contact::{
    ContactKind, ContactStepError, FinishedStep, KeepContactError, NewVendorContact, NoteContactError, PromisedBy,
    PromisedStep, VendorContact, VendorContactFact, VendorContactId, contacts_with, due_contacts, note_contact,
};
pub use contract::{
    AcknowledgeError, AgendaEntry, AgendaError, Allowance, AmendContractError, CheckPriceError, Commitment,
    CommitmentProgress, Contract, ContractDate, ContractFact, ContractPrice, ContractSide, ContractTerm, ContractTerms,
    ContractTermsError, DueAgendaError, EscalateError, EscalatedPrice, Escalation, EscalationRounding, Escalator,
    GiveNoticeError, IndexBook, IndexSeries, IndexValueError, MeetObligationError, NewContract, NoticeGiven,
    Obligation, PriceChange, PriceCheck, PriceClaim, PriceSource, PriceTolerance, PriceVerdict, Renewal,
    RestoreContractError, RoundWhen, SignContractError, Spend, TermSpan, check_price, due_agenda,
};
pub use count_programme::{CountProgramme, CountProgrammeError, Counted, DueCount};
pub use count_session::{
    AskRecountError, BookedCount, CloseCountError, ConfirmedLine, CountLineError, CountSession, CountSessionFact,
    CountSessionId, CountStatus, CountedGoods, CountedLine, DropCountError, EnterCountError, Found, NewCount,
    OpenCountError, ask_recount, confirm_count, due_counts, enter_count, items_at, open_count,
};
pub use count_sheet::{CompareCountError, ConfirmCountError, CountLine, CountSheet, CountTolerance, CountVariance};
pub use custody::{
    AcceptError, AcceptHandOver, Acceptance, CustodyChain, CustodyChainError, CustodySpan, DeclineError,
    DeclineHandOver, HandOver, HandOverError, Keeper, Team, TeamId,
};
pub use demand_class::{AbcClass, AbcCuts, ClassifyError, XyzClass, XyzCuts, classify_by_value};
pub use demand_history::{DemandHistory, DemandHistoryError};
pub use equipment::{
    AssetDelivery, DisposeAssetError, EndingWarranty, EquipmentError, HandOverAssetError, Holdings, ReceiveAssetsError,
    SeatAssetError, assign_seat, correct_serial, custody_of, dispose_asset, ending_warranties, hand_over_asset,
    holdings_of, receive_assets, register_asset, retag_asset,
};
pub use equipment_terms::{DepreciationTerms, EquipmentTerms, EquipmentTermsBook, EquipmentTermsError};
pub use filing::{HandleGoodsError, handle_goods, ledger_since};
pub use fulfilment::{Arrival, Fulfilment, FulfilmentError};
pub use item::{CostMethod, Item, ItemFact, ItemKind, ItemUnitError, ListItemError, NewItem, ReorderRule, Tracking};
pub use keeping::{CountGoodsError, IssueGoodsError, count_goods, issue_goods};
pub use kit::{
    AssembleKitError, Assembly, BookedComponent, ExpandKitError, IssueKitError, Kit, KitAvailabilityError, KitBill,
    KitBillError, KitBook, KitFact, SettleKitError, assemble_kit, disassemble_kit, issue_kit, kit_availability,
    read_kits, settle_kit,
};
pub use landed_cost::{
    BookShareError, BookedShare, CancelLandedCostError, ChargeBasis, ChargeShare, ChargedLine, LandedCost,
    LandedCostBill, LandedCostFact, LandedCostId, LandedGoods, ShareBooking, ShareChargeError, ShareLandedCostError,
    cancel_landed_cost, check_shares, share_charge, share_landed_cost,
};
pub use lead_time::{LeadFigures, LeadSpread, MeasureLeadTimeError, MeasuredLeadTime, measure_lead_time};
pub use ledger::{
    ChargeError, CloseError, CostScope, EnterError, Entered, ForgetError, Layer, Ledger, LedgerTerms, LedgerTermsError,
    Movement, NegativeStock, PostingCause, RestoreLedgerError, Revaluation, Revalued, ReverseError, StockAccount,
    StockPart, StockPosting, Transfer, TransferError, ValueError, Valued, Valuer,
};
pub use lending::{
    ChangeLoanError, LoanStep, ReserveAssetError, bring_back_loan, give_up_loan, hand_out_loan, overdue_loans,
    reschedule_loan, reserve_any, reserve_asset,
};
pub use licence::{
    AssignSeatError, BuySeatsError, Licence, LicenceFact, LicenceId, ListLicenceError, NewLicence, ReclaimSeatError,
    Seat, SeatCost, SeatCosts, SeatCostsError, SeatHolder, SeatLevel, SeatPurchase, SeatsRunOut,
};
pub use loan::{Loan, LoanFact, LoanId, LoanPeriod, LoanPeriodError, LoanStatus, LoanStepError, NewLoan};
pub use location::Location;
pub use lot::{Lot, LotFact, LotId, NewLot, RegisterLotError};
pub use order::{
    AdvanceOrderError, AmendOrderError, AmendedLine, Amendment, BillOrderError, BillingState, CancelLinesError,
    CreditOrderError, Delivery, DraftOrderError, LineChange, LineState, MatchLine, NewOrder, NewOrderLine, OrderBill,
    OrderFact, OrderLine, OrderLineError, OrderReturn, OrderState, OrderStatus, OrderTerms, OrderVersion,
    PurchaseOrder, ReceiveOrderError, ReceivedLine, Remedy, RestoreOrderError, ReturnedLine, SendBackError,
    TooManyArrived, UndoReceiptError, UndoneLine,
};
pub use order_amendment::{NewOrderAmendment, OrderAmendment, OrderAmendmentFact};
pub use outlook::{Outlook, PlannedMove, outlook};
pub use picking::{Pick, PickError, pick};
pub use place_tree::{PlaceTree, PlaceTreeError};
pub use position::{PositionError, position};
pub use price::{NoPriceError, PassedOver, PriceList, PriceListError, PriceRow, Quote};
pub use projection::{NeededDelivery, ProjectionError, StockProjection};
pub use quotation::{PriceBreak, Quotation, QuotationError, QuotationLine, QuotedLine, SealedQuotation};
pub use quotation_request::{
    AnswerQuotationError, AskQuotationsError, AskingOverError, AwardQuotations, AwardQuotationsError, AwardReason,
    AwardedShare, CancelQuotationsError, CloseQuotationsError, CompareQuotationsError, DeclineQuotationError,
    Invitation, InviteVendorError, NewQuotationRequest, QuotationAward, QuotationPolicy, QuotationRequest,
    QuotationRequestFact, QuotationRequestId, QuotationRequestStatus, RestoreQuotationRequestError, SealedError,
    Sealing, TakeOverPricesError, TooFewQuotations, VendorResponse, WithdrawInvitationError, WithdrawnInvitation,
};
pub use quoting::{
    AskVendors, AwardTerms, PlaceAwardError, RequestQuotationsError, award_quotations, request_quotations,
};
pub use receiving::{BookedGoods, DeliveredGoods, GoodsDelivery, InUnitError, ReceiveDeliveryError, receive_delivery};
pub use reference::{ParseReferenceError, Reference, Sku};
pub use reorder::{Position, Proposal, Reorder, ReorderError, propose_reorder};
pub use reorder_report::{ReorderReport, ReorderReportError, ReorderReportLine, reorder_report};
pub use reorder_run::{
    QuantityGround, ReorderAdvice, ReorderCase, ReorderProposal, ReorderReasons, ReorderRun, ReorderRunError, Source,
    VendorPassedOver,
};
pub use reorder_terms::{ReorderPolicy, ReorderTerms, ReorderTermsBook, ReorderTermsError, VendorChoice};
pub use replenishing::{AdviseReorderError, MeasureStoredError, ReorderBasis, advise_reorder, measured_lead_times};
pub use replenishment::{Asked, PublishTermsError, Replenishment, ReplenishmentFact};
pub use requisition::{
    AbandonRequisitionError, Freed, NewRequisition, NewRequisitionLine, PlaceRequisitionError, Requisition,
    RequisitionFact, RequisitionLine, RequisitionLineRef, RequisitionLineState, RequisitionStatus,
    RestoreRequisitionError, ResubmitRequisition, ResubmitRequisitionError, SubmitRequisitionError, TakeLinesError,
};
pub use reservation::{Reservation, ReservationRequest, Reservations, ReserveError};
pub use returning::{
    GoodsBack, GoodsReturn, ReturnDeliveryError, SentBack, UndoDeliveryError, return_delivery, undo_delivery,
};
pub use scorecard::{
    BilledLine, DeliveryFigures, DrawScorecardError, Fading, Measure, Measured, PriceFigures, QualityFigures,
    Scorecard, ScorecardTerms,
};
pub use serial::{ExpandSerialsError, expand_serials};
pub use standing::{
    BlockedVendorError, OrderEffect, Standing, StandingBook, StandingError, StandingReason, StandingRules, Threshold,
    VendorStanding,
};
pub use stock::{
    AssembleStockError, Booking, CountStockError, Filed, IssueStockError, MoveStockError, NewStock, OpenStockError,
    OpeningStock, ReceiveStockError, ReturnStockError, RevalueStockError, ReverseStockError, SetAside, Stock,
    StockAssembly, StockCount, StockFact, StockIssue, StockMove, StockPage, StockPageContent, StockPageFact,
    StockReceipt, StockReturn, StockRevaluation,
};
pub use stock_card::{
    DrawStockCardError, StockAmount, StockCard, StockCardError, StockCardLine, StockCardReason, stock_card,
};
pub use stock_history::ledger_of;
pub use tolerance::{Leeway, LeewayError, ReceiptTolerance, ToleranceBook, ToleranceBookError, ToleranceRow};
pub use units::{ItemUnits, ItemUnitsError, round_to_step};
pub use valuation_report::{
    InventoryValuation, ValuationError, ValuationRow, ValueInventoryError, inventory_valuation,
};
pub use vendor::{NewVendor, RegisterVendorError, Vendor, VendorFact, VendorId};
pub use vendor_schedule::{VendorSchedule, VendorScheduleError};
pub use written::{ReadQuantityError, UnitWords, WrittenQuantity};
