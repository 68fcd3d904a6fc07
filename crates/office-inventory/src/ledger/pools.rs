//! Heaps of goods that are valued apart.

use std::collections::BTreeMap;
use std::iter::once;

use super::pool::Pool;
use super::terms::PoolKey;

/// All heaps by what is in them. The one of the whole company, which is the only one of most items, is found without a
/// search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pools {
    // Invariant: the company's is not among those apart.
    company: Pool,
    apart: BTreeMap<PoolKey, Pool>,
}

impl Pools {
    /// The heap, if it was ever added to.
    pub(super) fn get(&self, key: PoolKey) -> Option<&Pool> {
        if key == PoolKey::COMPANY { Some(&self.company) } else { self.apart.get(&key) }
    }

    /// The heap, with nothing in it if it is new.
    pub(super) fn entry(&mut self, key: PoolKey) -> &mut Pool {
        if key == PoolKey::COMPANY { &mut self.company } else { self.apart.entry(key).or_default() }
    }

    /// All heaps; the company's if there ever was anything in it.
    pub(super) fn iter(&self) -> impl Iterator<Item = (PoolKey, &Pool)> {
        let company = Some((PoolKey::COMPANY, &self.company)).filter(|(_, pool)| **pool != Pool::default());
        company.into_iter().chain(self.apart.iter().map(|(key, pool)| (*key, pool)))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Pool> {
        once(&self.company).chain(self.apart.values())
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Pool> {
        once(&mut self.company).chain(self.apart.values_mut())
    }
}
