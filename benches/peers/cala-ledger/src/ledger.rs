//! The peer, with its accounts and a template for transfers.

use std::collections::BTreeMap;

use cala_ledger::account::NewAccount;
use cala_ledger::journal::NewJournal;
use cala_ledger::tx_template::{
    NewParamDefinition, NewTxTemplate, NewTxTemplateEntry, NewTxTemplateTransaction, ParamDataType, Params,
};
use cala_ledger::{AccountId, CalaLedger, CalaLedgerConfig, JournalId, TransactionId};
use rust_decimal::Decimal;
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use crate::Transfer;
use crate::measure::Failure;

pub(crate) struct Cala {
    runtime: Runtime,
    ledger: CalaLedger,
    journal: JournalId,
    accounts: Vec<AccountId>,
}

impl Cala {
    /// A ledger in this empty database, with a connection for each of sixteen writers.
    pub(crate) fn start(url: &str, accounts: u64) -> Result<Self, Failure> {
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let (ledger, journal, accounts) = runtime.block_on(async {
            let pool = sqlx::postgres::PgPoolOptions::new().max_connections(16).connect(url).await?;
            let mut jobs = job::Jobs::init(job::JobSvcConfig::builder().pool(pool.clone()).build()?).await?;
            let config = CalaLedgerConfig::builder().pool(pool).exec_migrations(true).build()?;
            let ledger = CalaLedger::init(config, &mut jobs).await?;
            let journal = JournalId::new();
            ledger.journals().create(NewJournal::builder().id(journal).name("Ledger").build()).await?;
            let mut ids = Vec::new();
            for number in 0..accounts {
                let (id, name) = (AccountId::new(), format!("A-{number}"));
                ledger.accounts().create(NewAccount::builder().id(id).name(name.clone()).code(name).build()).await?;
                ids.push(id);
            }
            ledger.tx_templates().create(template(journal)?).await?;
            Ok::<_, Failure>((ledger, journal, ids))
        })?;
        Ok(Self { runtime, ledger, journal, accounts })
    }

    pub(crate) fn transfer(&self, (from, to): Transfer) -> Result<(), Failure> {
        let account = |place| usize::try_from(place).ok().and_then(|at| self.accounts.get(at)).ok_or("no account");
        let mut params = Params::new();
        params.insert("sender", *account(from)?);
        params.insert("recipient", *account(to)?);
        self.runtime.block_on(self.ledger.post_transaction(TransactionId::new(), "TRANSFER", params))?;
        Ok(())
    }

    /// All balances in cents, but for those of nothing.
    pub(crate) fn balances(&self) -> Result<BTreeMap<u64, i64>, Failure> {
        let mut all = BTreeMap::new();
        for (number, account) in (0..).zip(&self.accounts) {
            let found = self.runtime.block_on(self.ledger.balances().find(self.journal, *account, "EUR".parse()?));
            // Accounts that nothing was moved on have none.
            let Ok(balance) = found else { continue };
            let cents = balance.settled() * Decimal::ONE_HUNDRED;
            if !cents.is_zero() {
                all.insert(number, i64::try_from(cents)?);
            }
        }
        Ok(all)
    }
}

/// A cent out of one account and into another, in euros.
fn template(journal: JournalId) -> Result<NewTxTemplate, Failure> {
    let param = |name: &str| NewParamDefinition::builder().name(name).r#type(ParamDataType::Uuid).build();
    let entry = |kind: &str, account: &str, direction: &str| {
        NewTxTemplateEntry::builder()
            .entry_type(format!("'{kind}'"))
            .account_id(format!("params.{account}"))
            .layer("SETTLED")
            .direction(direction)
            .units("decimal('0.01')")
            .currency("'EUR'")
            .build()
    };
    let transaction =
        NewTxTemplateTransaction::builder().effective("date()").journal_id(format!("uuid('{journal}')")).build()?;
    Ok(NewTxTemplate::builder()
        .id(Uuid::new_v4())
        .code("TRANSFER")
        .params(vec![param("sender")?, param("recipient")?])
        .transaction(transaction)
        .entries(vec![entry("OUT", "sender", "DEBIT")?, entry("IN", "recipient", "CREDIT")?])
        .build())
}
