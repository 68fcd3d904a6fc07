//! The files of the office, read and checked against each other before anything is done.

use std::collections::BTreeMap;
use std::path::Path;

use office_core::rules::PolicyBook;
use office_core::sheet::Sheet;
use office_core::{AuthorityBook, Delegation, Grant, Holidays, InputError};
use office_finance::BankStatement;
use office_scheduling::Calendar;
use thiserror::Error;

pub(crate) mod authority;
pub(crate) mod bank;
pub(crate) mod cell;
pub(crate) mod company;
pub(crate) mod leave;
pub(crate) mod money;
pub(crate) mod purchasing;
pub(crate) mod reference;
pub(crate) mod rooms;
pub(crate) mod spending;
pub(crate) mod staff;
pub(crate) mod supplies;
pub(crate) mod table;

use authority::ApprovalRule;
use company::{Company, ControlTotal, CostCentreRow};
use leave::{HolidayRow, LeaveOpening, LeavePlanRow, LeaveRequest};
use money::{AccountRow, BudgetRow, ClientInvoice, JournalLine};
use purchasing::{Delivery, Offer, RequisitionRow, Vendor, VendorInvoiceRow};
use rooms::{BookingRow, CALENDAR, RoomRow};
use spending::{CardLine, CardReceipt, CashLine};
use staff::Employee;
use supplies::{Pack, StockIssue, Supply};
use table::{FileRow, Table};

/// All that the office hands in, in the order of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Files {
    pub(crate) company: Company,
    pub(crate) cost_centres: Vec<CostCentreRow>,
    pub(crate) staff: Vec<Employee>,
    /// Appointments by staff and cost centres, grants and delegations.
    pub(crate) authority: AuthorityBook,
    /// By name: `purchase`, `leave`, `petty_cash`, `invoice`.
    pub(crate) policies: BTreeMap<String, PolicyBook>,
    pub(crate) accounts: Vec<AccountRow>,
    pub(crate) journal: Vec<JournalLine>,
    pub(crate) budget: Vec<BudgetRow>,
    pub(crate) supplies: Vec<Supply>,
    pub(crate) packs: Vec<Pack>,
    pub(crate) vendors: Vec<Vendor>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) stock_issues: Vec<StockIssue>,
    pub(crate) requisitions: Vec<RequisitionRow>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) vendor_invoices: Vec<VendorInvoiceRow>,
    pub(crate) petty_cash: Vec<CashLine>,
    pub(crate) client_invoices: Vec<ClientInvoice>,
    pub(crate) card_statement: Vec<CardLine>,
    pub(crate) card_receipts: Vec<CardReceipt>,
    pub(crate) bank_statement: BankStatement,
    pub(crate) rooms: Vec<RoomRow>,
    pub(crate) bookings: Vec<BookingRow>,
    pub(crate) calendar: Calendar,
    /// By the name of the calendar.
    pub(crate) holidays: BTreeMap<String, Holidays>,
    pub(crate) leave_plans: Vec<LeavePlanRow>,
    pub(crate) leave_opening: Vec<LeaveOpening>,
    pub(crate) leave_requests: Vec<LeaveRequest>,
    pub(crate) control: Vec<ControlTotal>,
}

/// The files could not be read.
#[derive(Debug, Error)]
pub(crate) enum ReadError {
    /// The file is not there, or not to be opened.
    #[error("`{file}` could not be opened")]
    Io {
        /// Its name.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// Something in a file is not accepted.
    #[error(transparent)]
    Input(#[from] InputError),
}

/// The account of the bank.
const BANK: &str = "1800";

/// Reads one file by itself and counts what is in it.
pub(crate) type Reader = fn(&[u8]) -> Result<usize, InputError>;

/// Every file, and how it is read.
pub(crate) const READERS: [(&str, Reader); 30] = [
    (Company::FILE, |bytes| company(bytes).map(|_| Company::KEYS.len())),
    (CostCentreRow::FILE, count::<CostCentreRow>),
    (Employee::FILE, count::<Employee>),
    (Grant::FILE, count::<Grant>),
    (Delegation::FILE, count::<Delegation>),
    (ApprovalRule::FILE, count::<ApprovalRule>),
    (AccountRow::FILE, count::<AccountRow>),
    (JournalLine::FILE, count::<JournalLine>),
    (BudgetRow::FILE, count::<BudgetRow>),
    (Supply::FILE, count::<Supply>),
    (Pack::FILE, count::<Pack>),
    (Vendor::FILE, count::<Vendor>),
    (Offer::FILE, count::<Offer>),
    (StockIssue::FILE, count::<StockIssue>),
    (RequisitionRow::FILE, count::<RequisitionRow>),
    (Delivery::FILE, count::<Delivery>),
    (VendorInvoiceRow::FILE, count::<VendorInvoiceRow>),
    (CashLine::FILE, count::<CashLine>),
    (ClientInvoice::FILE, count::<ClientInvoice>),
    (CardLine::FILE, count::<CardLine>),
    (CardReceipt::FILE, count::<CardReceipt>),
    (bank::STATEMENT, |bytes| bank::read(bytes).map(|statement| statement.lines.len())),
    (RoomRow::FILE, count::<RoomRow>),
    (BookingRow::FILE, count::<BookingRow>),
    (CALENDAR, |bytes| Calendar::read(CALENDAR, bytes).map(|calendar| calendar.events.len())),
    (HolidayRow::FILE, count::<HolidayRow>),
    (LeavePlanRow::FILE, count::<LeavePlanRow>),
    (LeaveOpening::FILE, count::<LeaveOpening>),
    (LeaveRequest::FILE, count::<LeaveRequest>),
    (ControlTotal::FILE, count::<ControlTotal>),
];

fn company(bytes: &[u8]) -> Result<(Sheet, Company), InputError> {
    let sheet = Sheet::read(Company::FILE, bytes, &Company::COLUMNS)?;
    let company = Company::read(&sheet)?;
    Ok((sheet, company))
}

fn count<T: FileRow>(bytes: &[u8]) -> Result<usize, InputError> {
    Table::<T>::read(bytes).map(|table| table.rows.len())
}

/// The files as they were handed in, by name.
struct Folder<'a>(&'a BTreeMap<String, Vec<u8>>);

impl<'a> Folder<'a> {
    fn bytes(&self, file: &str) -> Result<&'a [u8], InputError> {
        self.0.get(file).map(Vec::as_slice).ok_or_else(|| InputError::new(file, 1, "file", "", "the file"))
    }

    fn table<T: FileRow>(&self) -> Result<Table<T>, InputError> {
        Table::read(self.bytes(T::FILE)?)
    }
}

impl Files {
    /// Reads all files from a folder.
    pub(crate) fn read(folder: &Path) -> Result<Self, ReadError> {
        let mut files = BTreeMap::new();
        for (file, _) in READERS {
            let bytes = std::fs::read(folder.join(file));
            files.insert(file.to_owned(), bytes.map_err(|source| ReadError::Io { file: file.to_owned(), source })?);
        }
        Ok(Self::parse(&files)?)
    }

    /// Reads each file by itself, then checks what they say of each other.
    pub(crate) fn parse(files: &BTreeMap<String, Vec<u8>>) -> Result<Self, InputError> {
        let folder = Folder(files);
        let tables = Tables::read(&folder)?;
        tables.check(&folder)?;
        tables.into_files()
    }
}

macro_rules! tables {
    ($($field:ident: $row:ty,)*) => {
        /// The files, each read by itself.
        struct Tables {
            company: (Sheet, Company),
            bank_statement: BankStatement,
            calendar: Calendar,
            $($field: Table<$row>,)*
        }

        impl Tables {
            fn read(folder: &Folder<'_>) -> Result<Self, InputError> {
                Ok(Self {
                    company: company(folder.bytes(Company::FILE)?)?,
                    bank_statement: bank::read(folder.bytes(bank::STATEMENT)?)?,
                    calendar: Calendar::read(CALENDAR, folder.bytes(CALENDAR)?)?,
                    $($field: folder.table()?,)*
                })
            }

            fn sheets(&self) -> reference::Sheets<'_> {
                BTreeMap::from([$((<$row>::FILE, &self.$field.sheet),)*])
            }
        }
    };
}

tables! {
    cost_centres: CostCentreRow,
    staff: Employee,
    grants: Grant,
    delegations: Delegation,
    rules: ApprovalRule,
    accounts: AccountRow,
    journal: JournalLine,
    budget: BudgetRow,
    supplies: Supply,
    packs: Pack,
    vendors: Vendor,
    offers: Offer,
    stock_issues: StockIssue,
    requisitions: RequisitionRow,
    deliveries: Delivery,
    vendor_invoices: VendorInvoiceRow,
    petty_cash: CashLine,
    client_invoices: ClientInvoice,
    card_statement: CardLine,
    card_receipts: CardReceipt,
    rooms: RoomRow,
    bookings: BookingRow,
    holidays: HolidayRow,
    leave_plans: LeavePlanRow,
    leave_opening: LeaveOpening,
    leave_requests: LeaveRequest,
    control: ControlTotal,
}

impl Tables {
    fn check(&self, folder: &Folder<'_>) -> Result<(), InputError> {
        let (sheet, company) = &self.company;
        reference::check(&self.sheets(), company.month, company.reorder_weekday)?;
        if !self.staff.rows.iter().any(|employee| employee.code == company.storekeeper) {
            let keeper = sheet.rows().find(|row| row.text("key") == Ok("storekeeper"));
            let refuse = |row: office_core::sheet::Row<'_>| Err(row.refuse("value", "an `employee` of staff.csv"));
            return keeper.map_or(Ok(()), refuse);
        }
        let opening = self.accounts.rows.iter().find(|row| row.account.code.as_str() == BANK).map(|row| row.opening);
        let is_booked = |code: &str| self.accounts.rows.iter().any(|row| row.bank_code.as_deref() == Some(code));
        let statement = folder.bytes(bank::STATEMENT)?;
        bank::check(statement, &self.bank_statement, &company.bank_iban, opening, is_booked)?;
        let room = |name: &str| self.rooms.rows.iter().any(|room| room.name == name);
        let address = |address: &str| self.staff.rows.iter().any(|employee| employee.email == address);
        rooms::check_calendar(folder.bytes(CALENDAR)?, &self.calendar, room, address)
    }

    fn into_files(self) -> Result<Files, InputError> {
        let company = self.company.1;
        let (grants, delegations) = (self.grants.rows, self.delegations.rows);
        Ok(Files {
            authority: authority::book(&self.staff.rows, &self.cost_centres.rows, grants, delegations),
            policies: authority::policies(&self.rules)?,
            holidays: leave::calendars(&self.holidays, company.holidays)?,
            company,
            cost_centres: self.cost_centres.rows,
            staff: self.staff.rows,
            accounts: self.accounts.rows,
            journal: self.journal.rows,
            budget: self.budget.rows,
            supplies: self.supplies.rows,
            packs: self.packs.rows,
            vendors: self.vendors.rows,
            offers: self.offers.rows,
            stock_issues: self.stock_issues.rows,
            requisitions: self.requisitions.rows,
            deliveries: self.deliveries.rows,
            vendor_invoices: self.vendor_invoices.rows,
            petty_cash: self.petty_cash.rows,
            client_invoices: self.client_invoices.rows,
            card_statement: self.card_statement.rows,
            card_receipts: self.card_receipts.rows,
            bank_statement: self.bank_statement,
            rooms: self.rooms.rows,
            bookings: self.bookings.rows,
            calendar: self.calendar,
            leave_plans: self.leave_plans.rows,
            leave_opening: self.leave_opening.rows,
            leave_requests: self.leave_requests.rows,
            control: self.control.rows,
        })
    }
}
