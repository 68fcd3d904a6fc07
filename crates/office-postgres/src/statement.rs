//! The statements of the store, with the name of its schema filled in.

use office_core::Kind;
use tokio_postgres::types::ToSql;

/// What fills the places of a statement.
pub(crate) type Parameters<'p> = [&'p (dyn ToSql + Sync)];

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
    /// With locks: the arguments of `_commit`, which is in [`crate::format`].
    pub(crate) commit: String,
    /// With locks: kind.
    pub(crate) show: String,
    /// At SERIALIZABLE: version, kinds, ids, bodies.
    pub(crate) put: String,
    /// At SERIALIZABLE: kinds, ids.
    pub(crate) delete: String,
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
            commit: format!("SELECT \"{schema}\"._commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"),
            show: format!("SELECT \"{schema}\"._show($1)"),
            put: format!(
                "INSERT INTO \"{schema}\"._record (kind, id, version, body)
                 SELECT p.kind, p.id, $1::uuid, p.body::jsonb
                 FROM unnest($2::text[], $3::text[], $4::text[]) AS p (kind, id, body)
                 ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, body = excluded.body"
            ),
            delete: format!(
                "DELETE FROM \"{schema}\"._record AS r
                 USING unnest($1::text[], $2::text[]) AS g (kind, id)
                 WHERE r.kind = g.kind AND r.id = g.id"
            ),
            kinds: format!("SELECT viewname::text FROM pg_views WHERE schemaname = '{schema}'"),
        }
    }
}

/// Gives a kind its view, where there are no functions of ours. The name of a kind needs no quoting inside quotes.
pub(crate) fn view(schema: &Schema, kind: &Kind) -> String {
    let schema = schema.as_str();
    format!(
        "CREATE VIEW \"{schema}\".\"{kind}\" AS SELECT id, version, body FROM \"{schema}\"._record WHERE kind = '{kind}'"
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
