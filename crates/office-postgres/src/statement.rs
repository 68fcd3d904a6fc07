//! The statements of the store, with the name of its schema filled in.

use office_core::Kind;

/// The name of a schema, fit to be put into statements in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Schema(String);

impl Schema {
    /// The schema of this name, if it is one that we would make.
    pub(crate) fn new(name: &str) -> Option<Self> {
        let fit = Kind::new(name).is_ok() && !name.starts_with("pg_");
        fit.then(|| Self(name.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What is said to the server again and again. Each is one statement and so sees one instant by itself.
#[derive(Debug)]
pub(crate) struct Statements {
    /// kind, id.
    pub(crate) get_one: String,
    /// kinds, ids.
    pub(crate) get: String,
    /// kind, from, to, limit.
    pub(crate) scan: String,
    /// kinds, ids, versions: whether all is as they say.
    pub(crate) check: String,
    /// The arguments of `_commit`, which is in [`crate::format`].
    pub(crate) commit: String,
    /// kind.
    pub(crate) show: String,
    /// The kinds that have a view.
    pub(crate) kinds: String,
}

impl Statements {
    pub(crate) fn of(schema: &Schema) -> Self {
        let schema = schema.as_str();
        Self {
            get_one: format!("SELECT version, body::text FROM \"{schema}\"._record WHERE kind = $1 AND id = $2"),
            get: format!(
                "SELECT r.version, r.body::text
                 FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS k (kind, id, place)
                 LEFT JOIN \"{schema}\"._record r ON r.kind = k.kind AND r.id = k.id
                 ORDER BY k.place"
            ),
            scan: format!(
                "SELECT version, body::text, id FROM \"{schema}\"._record
                 WHERE kind = $1 AND id >= $2 AND id < $3 ORDER BY id LIMIT $4"
            ),
            check: format!(
                "SELECT NOT EXISTS (
                     SELECT FROM unnest($1::text[], $2::text[], $3::uuid[]) AS c (kind, id, version)
                     LEFT JOIN \"{schema}\"._record r ON r.kind = c.kind AND r.id = c.id
                     WHERE r.version IS DISTINCT FROM c.version)"
            ),
            commit: format!("SELECT \"{schema}\"._commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"),
            show: format!("SELECT \"{schema}\"._show($1)"),
            kinds: format!("SELECT viewname::text FROM pg_views WHERE schemaname = '{schema}'"),
        }
    }
}

/// What is said once on every connection.
///
/// Only fresh snapshots see what was committed while a lock was waited for, so the isolation is set whatever the
/// database's default is. All statements go by the primary key: plans that were made while there were few records must
/// not stay when there are many.
pub(crate) fn greeting(patience: std::time::Duration) -> String {
    let patience = patience.as_millis().clamp(1, 2_000_000_000);
    format!(
        "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
         SET lock_timeout = {patience};
         SET client_min_messages = warning;
         SET plan_cache_mode = force_generic_plan;
         SET enable_seqscan = off;
         SET enable_bitmapscan = off;
         SET enable_hashjoin = off;
         SET enable_mergejoin = off;
         SET jit = off"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_need_no_quoting_are_schemas() {
        for name in ["office", "branch_2", "select"] {
            assert!(Schema::new(name).is_some(), "{name}");
        }
        for name in ["", "Office", "2nd", "pg_temp", "a\"b", "a b", "_a", "é", &"x".repeat(49)] {
            assert!(Schema::new(name).is_none(), "{name}");
        }
    }
}
