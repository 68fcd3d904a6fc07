//! An office that is billed.

use std::cell::Cell;
use std::fmt::Debug;
use std::sync::Barrier;
use std::thread;

use office::payment::{
    CarryOutRunError, PartToPay, PayVendor, PayVendorError, PaymentRules, RunCarriedOut, RunProposed, RunRequest,
    carry_out_run, pay, payables, propose_run,
};
use office::purchasing::{
    BillError, BillOutcome, HoldBillError, PurchasingRules, Wanted, WantedLine, bill, order, receive, release_bill,
    request,
};
use office_core::subject::{InvoiceId, OrderId, PaymentId};
use office_core::{Currency, Id, Money, Office, Percent, Rounding, StoreError, Tx, wait};
use office_finance::{
    Ageing, Balances, Bill, BillLine, BillTax, BilledLine, InvoiceStatus, JournalEntry, OrderLineRef, PaymentPriority,
    PaymentRunId, ReleaseHoldError, VendorInvoice,
};
use office_inventory::{DeliveredGoods, GoodsDelivery};

use crate::backend::backends;
use crate::paying::payment_rules;
use crate::small_office::{COST_CENTRES, ITEMS, command, cost_centre, day, euro, item, person, set_up, shelf};

pub(crate) const ON: &str = "2026-10-06";

pub(crate) struct World<'a> {
    pub(crate) office: &'a Office,
    pub(crate) rules: &'a PurchasingRules,
    pub(crate) commands: Cell<u32>,
}

/// On each backend, the same.
pub(crate) fn everywhere(rules: &PurchasingRules, play: impl Fn(&World<'_>)) {
    for backend in backends() {
        println!("on {}", backend.name);
        set_up(&backend.office, rules, euro(1_000_000), 1);
        play(&World { office: &backend.office, rules, commands: Cell::new(0) });
    }
}

pub(crate) fn invoice(number: &str) -> InvoiceId {
    Id::natural("invoice", number)
}

/// So many boxes of paper at a price, on an order.
pub(crate) fn of_paper(number: &str, order: OrderId, boxes: i64, price: &str) -> Bill {
    let (on, price) = (day(ON), price.parse::<office_core::UnitPrice>().unwrap());
    let quantity = format!("{boxes} box").parse().unwrap();
    let net = price.extend(&quantity, Rounding::HalfUp).unwrap();
    let (rate, item) = (Percent::whole(19), Some(item(ITEMS[0].0)));
    let tax = net.share(rate, Rounding::HalfUp).unwrap();
    let order = Some(OrderLineRef { order, line: 1 });
    let billed = BilledLine { quantity, price, net };
    Bill {
        vendor: Id::natural("party", ITEMS[0].4),
        number: number.to_owned(),
        on,
        due: on,
        lines: vec![BillLine { description: "paper".to_owned(), item, order, billed, tax_rate: rate }],
        taxes: vec![BillTax { rate, tax }],
        gross: net.checked_add(tax).unwrap(),
    }
}

pub(crate) const PRICE: &str = "20.50 EUR / 1 box";

impl World<'_> {
    /// The key of a command that was not given before.
    pub(crate) fn anew(&self, what: &str) -> String {
        self.commands.set(self.commands.get() + 1);
        format!("{what} {}", self.commands.get())
    }

    pub(crate) fn act<T, E, F, Fut>(&self, key: &str, by: &str, run: F) -> Result<T, E>
    where
        T: Debug + serde::Serialize + serde::de::DeserializeOwned + Send,
        E: From<StoreError> + Send,
        F: FnMut(Tx) -> Fut + Send,
        Fut: Future<Output = Result<T, E>> + Send,
    {
        wait(self.office.transact(&command(key.replace(' ', "-"), by), run))
    }

    /// Orders boxes of paper that nobody needs to approve, and receives them.
    pub(crate) fn buy(&self, number: &str, boxes: i64) -> OrderId {
        let rules = self.rules;
        let quantity: office_core::Quantity = format!("{boxes} box").parse().unwrap();
        let wanted = &Wanted {
            number: number.parse().unwrap(),
            requester: person("anybody"),
            on: day("2026-10-01"),
            lines: vec![WantedLine { item: item(ITEMS[0].0), quantity }],
            cost_centre: cost_centre(COST_CENTRES[0]),
            scope: "company/CC-100".parse().unwrap(),
            reason: "wanted".to_owned(),
        };
        let bought = self.act(&format!("buy {number}"), "manager", |tx| async move {
            let requested = request(&tx, rules, wanted.clone()).await.unwrap().requisition;
            let placed = order(&tx, rules, requested, wanted.on).await.unwrap()[0];
            let goods = DeliveredGoods { quantity, to: shelf(), lot: None };
            let note = wanted.number.clone();
            receive(&tx, rules, placed, GoodsDelivery { note, on: wanted.on, lines: [(1, goods)].into() })
                .await
                .unwrap();
            Ok::<_, StoreError>(placed)
        });
        bought.unwrap()
    }

    pub(crate) fn bill(&self, id: &str, sent: &Bill) -> Result<BillOutcome, BillError> {
        let (rules, id) = (self.rules, invoice(id));
        self.act(&self.anew("bill"), "assistant", |tx| async move { bill(&tx, rules, id, sent.clone()).await })
    }

    pub(crate) fn stored(&self, id: &str) -> VendorInvoice {
        let id = invoice(id);
        wait(self.office.view(|view| async move { view.load(id.retag()).await }))
            .map_err(|error: StoreError| error)
            .unwrap()
    }

    pub(crate) fn balance(&self, code: &str) -> Money {
        let entries = wait(self.office.view(|view| async move { view.every::<JournalEntry>(None, 1_000).await }));
        let entries = entries.map_err(|error: StoreError| error).unwrap();
        let entries = entries.iter().map(|(_, entry)| entry);
        Balances::as_of(entries, day("2027-12-31"), Currency::EUR).unwrap().of(&code.parse().unwrap())
    }

    pub(crate) fn release(
        &self,
        key: &str,
        by: &str,
        id: &str,
        why: &str,
    ) -> Result<BillOutcome, HoldBillError<ReleaseHoldError>> {
        let InvoiceStatus::Held { reasons } = self.stored(id).status().clone() else { panic!("{id} is held") };
        let (rules, id, reason) = (self.rules, invoice(id), reasons[0].clone());
        self.act(key, by, |tx| {
            let reason = reason.clone();
            async move { release_bill(&tx, rules, id, reason, why, day(ON)).await }
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "an outcome is looked at once")]
pub(crate) fn posted<E: Debug>(outcome: Result<BillOutcome, E>) {
    assert!(matches!(outcome, Ok(BillOutcome::Posted { .. })), "{outcome:?}");
}

impl World<'_> {
    pub(crate) fn pay(
        &self,
        rules: &PaymentRules,
        id: &str,
        on: &str,
        parts: &[PartToPay],
    ) -> Result<(), PayVendorError> {
        let payment = PayVendor {
            id: PaymentId::natural("payment", id),
            vendor: Id::natural("party", ITEMS[0].4),
            currency: Currency::EUR,
            on: day(on),
            parts: parts.to_vec(),
        };
        self.act(&self.anew("pay"), "manager", |tx| {
            let payment = payment.clone();
            async move { pay(&tx, rules, payment).await }
        })
    }

    /// The items of vendors are the account of payables, on every day.
    pub(crate) fn payables_are_the_account(&self) {
        let items = wait(self.office.view(|view| async move { payables(&view, None, None, 1_000).await }));
        let items = items.map_err(|error: StoreError| error).unwrap();
        let entries = wait(self.office.view(|view| async move { view.every::<JournalEntry>(None, 1_000).await }));
        let entries = entries.map_err(|error: StoreError| error).unwrap();
        for on in day("2026-10-01").iter_days().take(60) {
            let ageing = Ageing::as_of(&items, on, &[7, 30], Currency::EUR).unwrap();
            let entries = entries.iter().map(|(_, entry)| entry);
            let account = Balances::as_of(entries, on, Currency::EUR).unwrap().of(&"3300".parse().unwrap());
            assert_eq!(ageing.total, account, "on {on}");
        }
    }
}

pub(crate) fn part(bill: &str, minor: i64) -> PartToPay {
    PartToPay::of(invoice(bill), euro(minor))
}

pub(crate) fn run_of(number: &str) -> PaymentRunId {
    PaymentRunId::natural("payment_run", number)
}

impl World<'_> {
    pub(crate) fn propose(&self, number: &str, available: i64) -> RunProposed {
        let rules = &payment_rules();
        let (on, through) = (day("2026-10-12"), day("2026-10-19"));
        let request = RunRequest { on, through, available: euro(available), priority: PaymentPriority::DueFirst };
        let proposed = self.act(&self.anew("propose"), "assistant", |tx| async move {
            propose_run(&tx, rules, run_of(number), request).await
        });
        proposed.unwrap()
    }

    pub(crate) fn carry_out(&self, number: &str, most: usize) -> Result<RunCarriedOut, CarryOutRunError> {
        let rules = &payment_rules();
        self.act(&self.anew("carry out"), "assistant", |tx| async move {
            carry_out_run(&tx, rules, run_of(number), most).await
        })
    }
}

/// Two do something at the same time: both have decided before either records, and one decides again.
pub(crate) fn at_once<T, E, Fut>(office: &Office, key: &str, run: impl Fn(Tx, usize) -> Fut + Sync) -> [T; 2]
where
    T: serde::Serialize + serde::de::DeserializeOwned + Debug + Send,
    E: From<StoreError> + Debug + Send,
    Fut: Future<Output = Result<T, E>> + Send,
{
    let (together, run) = (&Barrier::new(2), &run);
    let go = |at: usize| {
        let mut tries = 0_u32;
        let told = wait(office.transact(&command(format!("{key}-{at}"), "assistant"), |tx| {
            tries += 1;
            let (first, deciding) = (tries == 1, run(tx, at));
            async move {
                let told = deciding.await;
                if first {
                    together.wait();
                }
                told
            }
        }));
        (told.unwrap(), tries)
    };
    let [(one, tries), (other, more)] = thread::scope(|scope| {
        let other = scope.spawn(|| go(1));
        [go(0), other.join().unwrap()]
    });
    assert!(tries.max(more) > 1, "they have met");
    [one, other]
}
