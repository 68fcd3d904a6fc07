//! The format of the schema, and how schemas of older formats are brought up to date.

use deadpool_postgres::{Object, Transaction};

use crate::engine::Engine;
use crate::fault;
use crate::open::OpenError;
use crate::options::Isolation;
use crate::statement::Schema;

/// The statements that turn a schema of one format into the next.
pub(crate) type Step = fn(&str) -> String;

/// Format 0 is no schema, or an empty one.
pub(crate) const STEPS: &[Step] = &[
    // Format 1: one table of records, and a view of it for each kind.
    |schema| {
        format!(
            r#"
CREATE TABLE "{schema}"._meta (name text PRIMARY KEY, value text NOT NULL);

CREATE TABLE "{schema}"._record (
    kind text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    version uuid NOT NULL,
    body jsonb NOT NULL,
    CONSTRAINT _record_pkey PRIMARY KEY (kind, id)
);

-- Gives a kind its view, if it has none.
CREATE FUNCTION "{schema}"._show(kind text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('{schema}', 1));
    IF to_regclass(format('%I.%I', '{schema}', kind)) IS NULL THEN
        EXECUTE format('CREATE VIEW %I.%I AS SELECT id, version, body FROM %I._record WHERE kind = %L',
            '{schema}', kind, '{schema}', kind);
    END IF;
END $$;

-- Checks and writes commits that have nothing to do with each other, and says which of them did not come to be because a
-- check of theirs does not hold. Checks, writes and removals say by number which commit they are of, counted from 1.
--
-- Whoever checks a record shares a lock on its name, whoever writes it has that lock alone, and all take their locks in
-- the same order. So once they are taken, nobody changes what is looked at from then on, records that do not exist
-- among it; and each statement in here sees what was committed before it began.
CREATE FUNCTION "{schema}"._commit(
    versions uuid[], places bigint[], alone boolean[],
    check_commits int[], check_kinds text[], check_ids text[], check_versions uuid[],
    put_commits int[], put_kinds text[], put_ids text[], put_bodies text[],
    gone_commits int[], gone_kinds text[], gone_ids text[]
) RETURNS int[] LANGUAGE plpgsql AS $$
DECLARE
    refused int[];
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'an office commits at isolation level read committed' USING ERRCODE = '25001';
    END IF;
    PERFORM CASE WHEN l.alone THEN pg_advisory_xact_lock(l.place) ELSE pg_advisory_xact_lock_shared(l.place) END
        FROM unnest(places, alone) AS l (place, alone);
    refused := ARRAY(
        SELECT c.commit FROM unnest(check_commits, check_kinds, check_ids, check_versions) AS c (commit, kind, id, version)
        LEFT JOIN "{schema}"._record r ON r.kind = c.kind AND r.id = c.id
        WHERE r.version IS DISTINCT FROM c.version
    );
    INSERT INTO "{schema}"._record AS r (kind, id, version, body)
        SELECT p.kind, p.id, versions[p.commit], p.body::jsonb
        FROM unnest(put_commits, put_kinds, put_ids, put_bodies) AS p (commit, kind, id, body)
        WHERE p.commit <> ALL (refused)
        ON CONFLICT ON CONSTRAINT _record_pkey DO UPDATE SET version = excluded.version, body = excluded.body;
    IF cardinality(gone_ids) > 0 THEN
        DELETE FROM "{schema}"._record r
            USING unnest(gone_commits, gone_kinds, gone_ids) AS g (commit, kind, id)
            WHERE r.kind = g.kind AND r.id = g.id AND g.commit <> ALL (refused);
    END IF;
    RETURN refused;
END $$;
"#
        )
    },
];

/// Makes a store for [`Isolation::Serializable`] where there is none: format 1 without the functions, so that no program
/// commits with locks there. Each is carried out by itself and changes nothing where it was before, because look-alikes do
/// not take all of them in one transaction.
fn plain(engine: Engine, schema: &Schema) -> [String; 4] {
    let schema = schema.as_str();
    // It compares texts byte by byte, and has no other way under this name.
    let bytes = if engine == Engine::Cockroach { "" } else { "COLLATE \"C\"" };
    [
        format!("CREATE SCHEMA IF NOT EXISTS \"{schema}\""),
        format!("CREATE TABLE IF NOT EXISTS \"{schema}\"._meta (name text PRIMARY KEY, value text NOT NULL)"),
        format!(
            "CREATE TABLE IF NOT EXISTS \"{schema}\"._record (
                 kind text {bytes} NOT NULL,
                 id text {bytes} NOT NULL,
                 version uuid NOT NULL,
                 body jsonb NOT NULL,
                 CONSTRAINT _record_pkey PRIMARY KEY (kind, id)
             )"
        ),
        // Together, or not at all: another program may have made one with locks meanwhile.
        format!(
            "INSERT INTO \"{schema}\"._meta (name, value)
             SELECT n.name, n.value FROM (VALUES ('format', '1.0'), ('isolation', 'serializable')) AS n (name, value)
             WHERE NOT EXISTS (SELECT 1 FROM \"{schema}\"._meta)"
        ),
    ]
}

/// Brings the schema up to date, and says how its commits are kept apart: as it was made, or as is wanted where it is new.
pub(crate) async fn settle(
    client: &mut Object,
    engine: Engine,
    schema: &Schema,
    wanted: Isolation,
) -> Result<Isolation, OpenError> {
    let made = isolation(client, schema).await?;
    // Where others have functions and locks, they would not hold here.
    let isolation = if engine == Engine::Postgres { made.unwrap_or(wanted) } else { Isolation::Serializable };
    match isolation {
        Isolation::Locks => drop(bring_up_to_date(client, schema, STEPS).await?),
        Isolation::Serializable if made.is_some() => check_format(client, schema).await?,
        Isolation::Serializable => make_plainly(client, engine, schema).await?,
    }
    Ok(isolation)
}

/// How commits are kept apart in a store that exists.
async fn isolation(client: &mut Object, schema: &Schema) -> Result<Option<Isolation>, OpenError> {
    let transaction = client.transaction().await?;
    if read(&transaction, schema).await?.is_none() {
        return Ok(None);
    }
    let ask = format!("SELECT value FROM \"{}\"._meta WHERE name = 'isolation'", schema.as_str());
    let value = transaction.query_opt(&ask, &[]).await?.map(|row| row.try_get::<_, String>(0)).transpose()?;
    Ok(Some(if value.as_deref() == Some("serializable") { Isolation::Serializable } else { Isolation::Locks }))
}

/// No step leads from a plain store of format 1 anywhere yet.
async fn check_format(client: &mut Object, schema: &Schema) -> Result<(), OpenError> {
    let transaction = client.transaction().await?;
    pending(&transaction, schema, STEPS).await.map(drop)
}

async fn make_plainly(client: &mut Object, engine: Engine, schema: &Schema) -> Result<(), OpenError> {
    for statement in plain(engine, schema) {
        let mut attempts = 1;
        // Programs that start at once are in each other's way.
        while let Err(error) = client.batch_execute(&statement).await {
            let met = fault::is_taken(&error) || fault::unchanged(&error).is_conflict();
            if !met || attempts >= ATTEMPTS {
                return Err(error.into());
            }
            attempts = u32::saturating_add(attempts, 1);
        }
    }
    match isolation(client, schema).await? {
        Some(Isolation::Serializable) => Ok(()),
        // Another program made it with locks, while we did.
        _ => Err(OpenError::Server { source: Box::new(fault::Link("another program made the store".to_owned())) }),
    }
}

/// How often a statement that makes a store is carried out, where others make it too.
const ATTEMPTS: u32 = 32;

/// The newest format that `steps` lead to.
pub(crate) fn newest(steps: &[Step]) -> u32 {
    u32::try_from(steps.len()).unwrap_or(u32::MAX)
}

/// Takes the steps that a schema has not taken, in one transaction. Whether there were any.
///
/// A schema that is up to date needs no permission but to use it.
pub(crate) async fn bring_up_to_date(client: &mut Object, schema: &Schema, steps: &[Step]) -> Result<bool, OpenError> {
    let transaction = client.transaction().await?;
    if pending(&transaction, schema, steps).await?.is_empty() {
        return Ok(false);
    }
    // Asked again, alone: meanwhile another program may have taken them.
    let lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 1))";
    transaction.query(lock, &[&schema.as_str()]).await?;
    let pending = pending(&transaction, schema, steps).await?;
    if pending.is_empty() {
        return Ok(false);
    }
    let name = schema.as_str();
    transaction.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS \"{name}\"")).await?;
    for step in pending {
        transaction.batch_execute(&step(name)).await?;
    }
    let note = format!(
        "INSERT INTO \"{name}\"._meta (name, value) VALUES ('format', $1)
         ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    );
    transaction.execute(&note, &[&format!("{}.0", newest(steps))]).await?;
    transaction.commit().await?;
    Ok(true)
}

/// The format of the schema, and its minor revision: `1.0`. None where there is nothing in it yet.
///
/// A program reads and writes schemas of a newer minor revision, and refuses those of a newer format.
async fn read(transaction: &Transaction<'_>, schema: &Schema) -> Result<Option<String>, OpenError> {
    let look = "SELECT count(*), count(*) FILTER (WHERE relname = '_meta') FROM pg_class
                WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1)";
    let found = transaction.query_one(look, &[&schema.as_str()]).await?;
    match (found.try_get::<_, i64>(0)?, found.try_get::<_, i64>(1)?) {
        (0, _) => Ok(None),
        (_, 0) => Err(OpenError::Foreign { schema: schema.as_str().to_owned() }),
        _ => {
            let ask = format!("SELECT value FROM \"{}\"._meta WHERE name = 'format'", schema.as_str());
            let row = transaction.query_opt(&ask, &[]).await?;
            row.map(|row| row.try_get(0)).transpose().map_err(OpenError::from)
        }
    }
}

async fn pending<'s>(
    transaction: &Transaction<'_>,
    schema: &Schema,
    steps: &'s [Step],
) -> Result<&'s [Step], OpenError> {
    let Some(text) = read(transaction, schema).await? else { return Ok(steps) };
    let taken = parse(&text).and_then(|major| usize::try_from(major).ok());
    match taken.and_then(|taken| steps.get(taken..)) {
        Some(pending) => Ok(pending),
        None => Err(OpenError::Format { found: text, newest: newest(steps) }),
    }
}

fn parse(text: &str) -> Option<u32> {
    let (major, minor) = text.split_once('.')?;
    minor.parse::<u32>().ok()?;
    major.parse().ok()
}

#[cfg(test)]
mod tests {
    use office_core::wait;
    use office_scratch::Scratch;

    use super::*;
    use crate::open::Address;
    use crate::options::Options;
    use crate::worker::Worker;

    fn table(schema: &str, name: &str) -> String {
        format!("CREATE TABLE \"{schema}\".{name} (id text)")
    }

    const LATER: &[Step] = &[STEPS[0], |schema| table(schema, "first"), |schema| table(schema, "second")];
    const BROKEN: &[Step] = &[STEPS[0], LATER[1], LATER[1]];

    /// What `bring_up_to_date` says to each of these lists of steps, one after the other; and how many tables there are.
    fn take(scratch: &Scratch, lists: &[&'static [Step]]) -> (Vec<Result<bool, OpenError>>, i64) {
        let options = Options::default().with_schema(scratch.options().schema());
        let address = Address::parse(scratch.url(), &options).unwrap();
        let (schema, lists) = (address.schema.clone(), lists.to_vec());
        wait(Worker::start().unwrap().run(async move {
            let pool = address.pool(Isolation::Locks).unwrap();
            let mut answers = Vec::new();
            for steps in lists {
                let mut client = pool.get().await.unwrap();
                answers.push(bring_up_to_date(&mut client, &schema, steps).await);
            }
            let count = "SELECT count(*) FROM pg_tables WHERE schemaname = $1";
            let client = pool.get().await.unwrap();
            let tables = client.query_one(count, &[&schema.as_str()]).await.unwrap().get(0);
            (answers, tables)
        }))
        .unwrap()
    }

    #[test]
    fn steps_that_were_not_taken_are_taken_once() {
        let Some(scratch) = Scratch::find() else { return };
        let (answers, tables) = take(&scratch, &[STEPS, LATER, LATER, STEPS]);
        assert!(matches!(answers[..3], [Ok(true), Ok(true), Ok(false)]), "{answers:?}");
        assert!(matches!(&answers[3], Err(OpenError::Format { found, newest: 1 }) if found == "3.0"), "{answers:?}");
        assert_eq!(tables, 4);
    }

    #[test]
    fn where_one_step_fails_none_is_taken() {
        let Some(scratch) = Scratch::find() else { return };
        let (answers, tables) = take(&scratch, &[STEPS, BROKEN]);
        assert!(matches!(answers[..], [Ok(true), Err(OpenError::Server { .. })]), "{answers:?}");
        assert_eq!(tables, 2);
        let (answers, tables) = take(&scratch, &[LATER]);
        assert!(matches!(answers[..], [Ok(true)]), "{answers:?}");
        assert_eq!(tables, 4);
    }
}
