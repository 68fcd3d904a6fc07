//! How long a table is looked over: tables that random cuts of a space leave, complete and free of overlap, and the same
//! with a tenth of their rows made wider or narrower.

#![expect(clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "a bench that fails has said so")]
#![expect(clippy::expect_used, reason = "its tables are its own")]

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use office_core::rules::{DecisionTable, Dialect, Effort, Finding, HitPolicy, TableText};

/// The values of each column are 0 to 999.
const WIDTH: u32 = 1_000;

/// A sequence of numbers that is the same in every run (the constants of Knuth's MMIX).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(end.max(1))).unwrap_or(0)
    }
}

type Region = Vec<(u32, u32)>;

/// So many regions that together are the whole space.
fn regions(rows: usize, columns: usize) -> Vec<Region> {
    let mut numbers = Numbers(u64::try_from(rows * 100 + columns).unwrap_or(1));
    let mut regions: Vec<Region> = vec![vec![(0, WIDTH); columns]];
    while regions.len() < rows {
        let at = usize::try_from(numbers.below(u32::try_from(regions.len()).unwrap_or(1))).unwrap_or(0);
        let column = usize::try_from(numbers.below(u32::try_from(columns).unwrap_or(1))).unwrap_or(0);
        let (low, high) = regions[at][column];
        if high - low < 2 {
            continue;
        }
        let middle = low + 1 + numbers.below(high - low - 1);
        let mut upper = regions[at].clone();
        upper[column].0 = middle;
        regions[at][column].1 = middle;
        regions.push(upper);
    }
    regions
}

fn damaged(mut regions: Vec<Region>) -> Vec<Region> {
    for (at, region) in regions.iter_mut().enumerate().filter(|(at, _)| at % 10 == 0) {
        let column = at / 10 % region.len();
        let (low, high) = region[column];
        let wider = (low.saturating_sub(7), (high + 7).min(WIDTH));
        region[column] = if at % 20 == 0 { wider } else { (low, low + (high - low).div_ceil(2)) };
    }
    regions
}

fn table(regions: &[Region]) -> DecisionTable {
    let columns = regions.first().map_or(0, Vec::len);
    let heads: Vec<String> = (0..columns)
        .map(|column| format!("c{column}: integer in [0..999]"))
        .chain(["=> row: integer".into()])
        .collect();
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let cell = |(low, high): &(u32, u32)| {
        if (*low, *high) == (0, WIDTH) { "-".to_owned() } else { format!("[{low}..{high})") }
    };
    let rows = regions.iter().enumerate().map(|(at, region)| region.iter().map(cell).chain([at.to_string()]).collect());
    let mut text = TableText::from_rows(&heads, rows).expect("heads and rows");
    text.hit = HitPolicy::Unique;
    let schema = text.schema(Dialect::Office).expect("columns");
    DecisionTable::new(text, &schema, Dialect::Office).expect("cells")
}

fn looked_over(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("analysis");
    group.sample_size(10);
    for (rows, columns) in [(100, 5), (500, 5), (1_500, 3), (1_500, 5), (1_500, 7)] {
        let whole = table(&regions(rows, columns));
        let analysis = whole.analyse(Effort::default());
        assert!(analysis.unfinished.is_empty() && analysis.findings.is_empty(), "{:?}", analysis.findings.first());
        group.bench_function(BenchmarkId::new("whole", format!("{rows} x {columns}")), |bencher| {
            bencher.iter(|| whole.analyse(Effort::default()));
        });
        let damaged = table(&damaged(regions(rows, columns)));
        let found = damaged.analyse(Effort::default());
        assert!(found.findings.iter().any(|finding| matches!(finding, Finding::Gap { .. } | Finding::Conflict { .. })));
        group.bench_function(BenchmarkId::new("damaged", format!("{rows} x {columns}")), |bencher| {
            bencher.iter(|| damaged.analyse(Effort::default()));
        });
    }
    group.finish();
}

fn read(criterion: &mut Criterion) {
    let regions = regions(1_000, 5);
    criterion.bench_function("read and index 1,000 rows x 5", |bencher| bencher.iter(|| table(&regions)));
}

criterion_group!(benches, looked_over, read);
criterion_main!(benches);
