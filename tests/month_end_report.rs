//! The month-end report of the example: every figure is in it, nothing breaks it, nothing comes from outside.
//!
//! With `MONTH_END_REPORT` naming a directory, the page and the summary of October are written there to be looked at.

#[path = "../examples/month_end"]
mod month_end {
    pub(crate) mod report;
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers, made up")]
#[path = "month_end_report/figure.rs"]
mod figure;
#[cfg(test)]
#[path = "month_end_report/markup.rs"]
mod markup;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "small numbers, known beforehand")]
#[path = "month_end_report/sample.rs"]
mod sample;

#[cfg(test)]
mod october {
    use std::collections::BTreeSet;

    use office_core::{Decimal, Money};

    use crate::markup::{self, Page};
    use crate::month_end::report::{BudgetRow, page, summary};
    use crate::{figure, sample};

    #[test]
    fn the_page_has_every_figure_and_every_text() {
        let figures = sample::october();
        let page = Page::read(&page(&figures)).unwrap();
        for told in figure::told(&figures) {
            assert!(page.says(&told), "{told:?} is not in the page");
        }
    }

    #[test]
    fn a_figure_that_is_not_there_is_missed() {
        let figures = sample::october();
        let mut other = figures.clone();
        other.stock.closing = other.stock.closing.negated();
        other.leave.rows[0].name = "Somebody Else".to_owned();
        let page = Page::read(&page(&figures)).unwrap();
        let missed: Vec<_> = figure::told(&other).into_iter().filter(|told| !page.says(told)).collect();
        assert_eq!(missed, ["-3193.82", "Somebody Else"]);
    }

    #[test]
    fn the_page_stands_alone() {
        let html = page(&sample::october());
        assert!(html.len() < 500_000, "{} bytes", html.len());
        for outside in ["<script", "http", "src=", "url(", "@import", "<link", "<iframe", "<img", "javascript:", " on"]
        {
            let found = html.match_indices(outside).filter(|(at, _)| outside != " on" || markup::in_tag(&html, *at));
            assert_eq!(found.count(), 0, "{outside:?} is in the page");
        }
    }

    #[test]
    fn every_chart_has_a_title_a_description_and_a_table_in_its_section() {
        let html = page(&sample::october());
        assert_eq!(html.matches("<svg").count(), 6);
        for id in ["levels", "value", "budget", "accounts", "rooms", "leave"] {
            assert!(html.contains(&format!("aria-labelledby=\"{id}-title {id}-desc\"")), "{id}");
            assert_eq!(html.matches(&format!("<title id=\"{id}-title\">")).count(), 1);
            assert_eq!(html.matches(&format!("<desc id=\"{id}-desc\">")).count(), 1);
        }
        for section in html.split("<section").filter(|section| section.contains("<svg")) {
            assert!(section.contains("<table>"));
        }
    }

    #[test]
    fn the_chart_of_accounts_has_the_sums_of_their_lines() {
        let rows = sample::october().budget.rows;
        let html = page(&sample::october());
        let drawn = html.split("<svg").find(|drawn| drawn.contains("id=\"accounts-title\"")).unwrap();
        let drawn = Page::read(&format!("<svg{}</svg>", drawn.split_once("</svg>").unwrap().0)).unwrap();
        let accounts: BTreeSet<&str> = rows.iter().map(|row| row.account.as_str()).collect();
        assert!(accounts.len() > 5, "{accounts:?}");
        for account in accounts {
            assert!(drawn.says(account), "{account}");
            let sum = |of: fn(&BudgetRow) -> Money| {
                let of_account = rows.iter().filter(|row| row.account == account);
                of_account.map(|row| of(row).amount()).sum::<Decimal>().to_string()
            };
            let sums =
                [sum(|row| row.annual), sum(|row| row.actual), sum(|row| row.committed), sum(|row| row.available)];
            for sum in sums {
                assert!(drawn.says(&sum), "{account}: {sum} is not in the chart");
            }
        }
        assert!(!drawn.says("3193.82"), "the chart says what is not in the budget");
    }

    #[test]
    fn amounts_are_grouped_and_minus_is_a_minus_sign() {
        let (page, summary) = (page(&sample::october()), summary(&sample::october()));
        for text in [page, summary] {
            assert!(text.contains("130,790.30"));
            assert!(text.contains("−130,290.33"));
            assert!(!text.contains("-130"));
        }
    }

    #[test]
    fn every_tone_on_the_page_has_a_counterpart_in_the_dark() {
        let html = page(&sample::october());
        let (style, body) = html.split_once("</style>").unwrap();
        let tones: BTreeSet<&str> = ["fill=\"", "stroke=\""]
            .into_iter()
            .flat_map(|attribute| body.split(attribute).skip(1))
            .filter_map(|rest| rest.split('"').next())
            .filter(|tone| *tone != "none")
            .collect();
        assert!(tones.len() > 8, "{tones:?}");
        for tone in tones {
            assert!(style.contains(&format!("[fill=\"{tone}\"]")), "{tone}");
        }
    }

    #[test]
    fn the_summary_fits_the_terminal() {
        let text = summary(&sample::october());
        let lines: Vec<&str> = text.lines().collect();
        assert!((60..=90).contains(&lines.len()), "{} lines", lines.len());
        for line in lines {
            assert!(line.chars().count() <= 100, "{line}");
        }
        for told in ["3,193.82", "84,716.42", "3,574.60", "118,927.10", "72 of 72 agree", "26 on hand"] {
            assert!(text.contains(told), "{told}");
        }
    }

    #[test]
    fn the_page_and_the_summary_are_written_where_asked() {
        let figures = sample::october();
        assert_eq!(page(&figures), page(&figures.clone()));
        assert_eq!(summary(&figures), summary(&figures.clone()));
        if let Some(directory) = std::env::var_os("MONTH_END_REPORT") {
            let directory = std::path::PathBuf::from(directory);
            std::fs::write(directory.join("report.html"), page(&figures)).unwrap();
            std::fs::write(directory.join("report.txt"), summary(&figures)).unwrap();
        }
    }
}

#[cfg(test)]
mod any {
    use proptest::prelude::*;

    use crate::figure;
    use crate::markup::Page;
    use crate::month_end::report::{page, summary};

    const HOSTILE: &str = "<script>alert(\"x\")</script> & 'y' ]]> </svg></title>";

    #[test]
    fn no_figures_make_a_page_all_the_same() {
        let html = page(&figure::empty());
        assert!(Page::read(&html).is_ok());
        assert!(!html.contains("<svg"));
        assert!(summary(&figure::empty()).lines().count() > 20);
    }

    #[test]
    fn hostile_names_are_text() {
        let figures = figure::named(HOSTILE);
        let html = page(&figures);
        assert!(!html.contains("<script"));
        let read = Page::read(&html).unwrap();
        assert!(read.says(HOSTILE));
        // Charts cut long names, and escape what they keep.
        let charts: Vec<&str> = html.split("<svg").skip(1).filter_map(|rest| rest.split("</svg>").next()).collect();
        assert_eq!(charts.len(), 6);
        for chart in charts {
            assert!(chart.contains("&lt;script&gt;ale"), "{chart}");
        }
    }

    #[test]
    fn the_summary_sends_no_control_characters_to_the_terminal() {
        let text = summary(&figure::named("\u{1b}[31mred\u{7}\r\nnext\u{9b}2J"));
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn a_page_has_every_figure_is_well_formed_and_always_the_same(figures in figure::any()) {
            let html = page(&figures);
            prop_assert_eq!(&html, &page(&figures));
            prop_assert!(!html.contains("<script"));
            let read = Page::read(&html);
            prop_assert!(read.is_ok(), "{:?}", read);
            for told in figure::told(&figures) {
                prop_assert!(read.as_ref().is_ok_and(|page| page.says(&told)), "{} is not in the page", told);
            }
        }

        #[test]
        fn a_summary_is_never_wider_than_the_terminal(figures in figure::any()) {
            let text = summary(&figures);
            prop_assert!(text.lines().all(|line| line.chars().count() <= 100));
            prop_assert_eq!(text, summary(&figures));
        }
    }
}
