//! The ground that charts are drawn on, and what they are drawn with.
//!
//! The unit of a [`Canvas`] is a pixel of the page, and its few tones are those of the page's palette, so that the page can
//! restyle them for a dark screen. Places and lengths are floats; whatever is written in a chart comes from the exact
//! figure.

use std::io;

use office_core::Decimal;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// The width of every chart.
pub(crate) const WIDTH: f64 = 1080.0;
/// Points of the drawing in a pixel of the page: places are kept to half a pixel.
const POINTS: f64 = 2.0;

pub(crate) type Drawing = Result<(), DrawingAreaErrorKind<io::Error>>;

/// A finished chart: the marks, and the size they were drawn for.
pub(crate) struct Chart {
    pub(crate) marks: String,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// A colour of the palette; the page knows its counterpart on a dark ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Ink,
    Soft,
    Rule,
    Track,
    Paper,
    Blue,
    Sky,
    Orange,
    Heat(u8),
}

impl Tone {
    pub(crate) const ALL: [Self; 13] = [
        Self::Ink,
        Self::Soft,
        Self::Rule,
        Self::Track,
        Self::Paper,
        Self::Blue,
        Self::Sky,
        Self::Orange,
        Self::Heat(0),
        Self::Heat(1),
        Self::Heat(2),
        Self::Heat(3),
        Self::Heat(4),
    ];

    const fn light(self) -> RGBColor {
        match self {
            Self::Ink => RGBColor(0x1B, 0x24, 0x30),
            Self::Soft => RGBColor(0x58, 0x64, 0x72),
            Self::Rule => RGBColor(0xD3, 0xDA, 0xE2),
            Self::Track => RGBColor(0xE7, 0xEB, 0xF0),
            Self::Paper => RGBColor(0xFF, 0xFF, 0xFF),
            Self::Blue => RGBColor(0x1B, 0x5E, 0x9E),
            Self::Sky => RGBColor(0x86, 0xB9, 0xE0),
            Self::Orange => RGBColor(0xC6, 0x55, 0x00),
            Self::Heat(0) => RGBColor(0xF1, 0xF4, 0xF7),
            Self::Heat(1) => RGBColor(0xD2, 0xE4, 0xF3),
            Self::Heat(2) => RGBColor(0x9E, 0xC6, 0xE6),
            Self::Heat(3) => RGBColor(0x4F, 0x8F, 0xC5),
            Self::Heat(_) => RGBColor(0x17, 0x4F, 0x86),
        }
    }

    const fn dark(self) -> &'static str {
        match self {
            Self::Ink => "#E8EDF3",
            Self::Soft => "#A3B0BF",
            Self::Rule => "#3A4654",
            Self::Track => "#2A3440",
            Self::Paper => "#161C23",
            Self::Blue => "#5FA8E6",
            Self::Sky => "#2F6797",
            Self::Orange => "#F59A4A",
            Self::Heat(0) => "#1F2731",
            Self::Heat(1) => "#1D3B57",
            Self::Heat(2) => "#25598A",
            Self::Heat(3) => "#4C93CF",
            Self::Heat(_) => "#A9D4F7",
        }
    }

    /// The rule of style that turns the tone into its counterpart on a dark ground.
    pub(crate) fn dark_rule(self) -> String {
        let RGBColor(r, g, b) = self.light();
        let (light, dark) = (format!("#{r:02X}{g:02X}{b:02X}"), self.dark());
        format!("svg [fill=\"{light}\"]{{fill:{dark}}}svg [stroke=\"{light}\"]{{stroke:{dark}}}")
    }
}

/// Where a text is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    Start,
    Middle,
    End,
}

/// How a text looks: its tone, its size in pixels, and whether it is bold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hand {
    pub(crate) tone: Tone,
    pub(crate) size: f64,
    pub(crate) bold: bool,
}

pub(crate) const LABEL: Hand = Hand { tone: Tone::Ink, size: 12.5, bold: false };
pub(crate) const NOTE: Hand = Hand { tone: Tone::Soft, size: 11.5, bold: false };
pub(crate) const HEAD: Hand = Hand { tone: Tone::Ink, size: 13.0, bold: true };

/// A ground to draw on, measured in pixels from the upper left.
pub(crate) struct Canvas<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

impl Canvas<'_> {
    #[expect(
        clippy::float_arithmetic,
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        reason = "a place on the page"
    )]
    fn at((x, y): (f64, f64)) -> (i32, i32) {
        ((x * POINTS).round() as i32, (y * POINTS).round() as i32)
    }

    /// A filled box; nothing where it has no extent.
    #[expect(clippy::float_arithmetic, reason = "a place on the page")]
    pub(crate) fn fill(&self, corner: (f64, f64), (width, height): (f64, f64), tone: Tone) -> Drawing {
        if width < 0.5 || height < 0.5 {
            return Ok(());
        }
        let far = (corner.0 + width, corner.1 + height);
        self.area.draw(&Rectangle::new([Self::at(corner), Self::at(far)], tone.light().filled()))
    }

    /// A line through these points, so many half pixels wide.
    pub(crate) fn line(&self, points: impl IntoIterator<Item = (f64, f64)>, tone: Tone, width: u32) -> Drawing {
        let points: Vec<_> = points.into_iter().map(Self::at).collect();
        if points.len() < 2 {
            return Ok(());
        }
        self.area.draw(&PathElement::new(points, tone.light().stroke_width(width)))
    }

    /// A level line in dashes.
    #[expect(clippy::float_arithmetic, clippy::while_float, reason = "a place on the page")]
    pub(crate) fn dashes(&self, from: f64, to: f64, y: f64, tone: Tone) -> Drawing {
        let mut x = from;
        while x < to {
            self.line([(x, y), ((x + 4.0).min(to), y)], tone, 2)?;
            x += 7.0;
        }
        Ok(())
    }

    pub(crate) fn dot(&self, centre: (f64, f64), tone: Tone) -> Drawing {
        self.area.draw(&Circle::new(Self::at(centre), 6, tone.light().filled()))
    }

    /// A text whose middle is at the height of the point.
    #[expect(clippy::float_arithmetic, reason = "a size on the page; the backend divides sizes by 1.24")]
    pub(crate) fn write(&self, point: (f64, f64), held: Held, hand: Hand, text: &str) -> Drawing {
        let horizontal = match held {
            Held::Start => HPos::Left,
            Held::Middle => HPos::Center,
            Held::End => HPos::Right,
        };
        let weight = if hand.bold { FontStyle::Bold } else { FontStyle::Normal };
        let font = FontDesc::new(FontFamily::SansSerif, hand.size * POINTS * 1.24, weight);
        let colour = hand.tone.light();
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(horizontal, VPos::Center));
        self.area.draw(&Text::new(text.to_owned(), Self::at(point), style))
    }

    /// A legend: a box of each tone and what it stands for, from left to right.
    #[expect(clippy::float_arithmetic, reason = "a place on the page")]
    pub(crate) fn legend(&self, corner: (f64, f64), entries: &[(Tone, &str)]) -> Drawing {
        let mut x = corner.0;
        for (tone, text) in entries {
            self.fill((x, corner.1), (12.0, 12.0), *tone)?;
            self.write((x + 18.0, corner.1 + 6.0), Held::Start, NOTE, text)?;
            x += 18.0 + wide(text, NOTE) + 20.0;
        }
        Ok(())
    }
}

/// Draws a chart of this height.
#[expect(
    clippy::float_arithmetic,
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the size of a drawing"
)]
pub(crate) fn drawn(height: f64, draw: impl FnOnce(&Canvas<'_>) -> Drawing) -> Option<Chart> {
    let (width, height) = ((WIDTH * POINTS) as u32, (height * POINTS).ceil() as u32);
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        let canvas = Canvas { area };
        draw(&canvas).ok()?;
        canvas.area.present().ok()?;
    }
    // The page writes the outer element itself, with a title and a description.
    let inner = svg.find("<svg").and_then(|start| svg.get(start..)).and_then(|svg| svg.split_once('>'))?.1;
    let marks = inner.rsplit_once("</svg>")?.0.replace(" opacity=\"1\"", "").replace(" font-family=\"sans-serif\"", "");
    Some(Chart { marks, width, height })
}

/// How much of the most there is a value makes up, from 0 to 1.
#[expect(clippy::float_arithmetic, reason = "a length on the page")]
pub(crate) fn part(value: Decimal, most: Decimal) -> f64 {
    let (value, most) = (f64::try_from(value).unwrap_or_default(), f64::try_from(most).unwrap_or_default());
    if most > 0.0 { (value / most).clamp(0.0, 1.0) } else { 0.0 }
}

/// A little more than the width of a text, in pixels: letters differ, and the font is the reader's.
#[expect(clippy::float_arithmetic, reason = "a length on the page")]
pub(crate) fn wide(text: &str, hand: Hand) -> f64 {
    count(text.chars().count()) * hand.size * 0.58
}

/// A number of things as a factor of lengths.
pub(crate) fn count(things: usize) -> f64 {
    f64::from(u32::try_from(things).unwrap_or(u32::MAX))
}
