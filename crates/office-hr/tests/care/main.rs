//! Care for those who work here: injuries and claims for them, policies that are acknowledged, grievances, signs of too much
//! work.

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod acknowledgement;
#[cfg(test)]
mod case;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod claim;
#[cfg(test)]
mod desk;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod grievance;
#[cfg(test)]
mod grievance_file;
#[cfg(test)]
mod grievance_form;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod injury;
#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails")]
mod work_life;
