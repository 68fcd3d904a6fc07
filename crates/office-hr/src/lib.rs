#![doc = include_str!("../README.md")]

// Leave as pure values: what is due, what was taken, what is left.
mod absence;
mod accrual;
mod accrual_plan;
mod annual_day;
mod country_holidays;
mod holiday_import;
mod plan;
mod schedule;
mod tenure;

// Working time as pure values: entries, rounding, overtime, limits.
mod overtime;
mod time_account;
mod time_entry;
mod time_rounding;
mod work_life;
mod work_time;
mod working_time_limit;

// What rules have in common.
mod circle;
mod dated;
mod permission;

// Benefits, leaving, and what is left, as pure values.
mod benefit;
mod notice;
mod retention;
mod severance;

// Growth: what people learn, reach for and are told.
mod calibration;
mod certification;
mod check_in;
mod development_plan;
mod goal;
mod improvement_plan;
mod learning_budget;
mod mentoring;
mod nine_box;
mod position_requirement;
mod recognition;
mod review;
mod review_cycle;
mod skill;
mod training;
mod training_gap;

// What is stored: employments, accounts, requests, files.
mod account;
mod acknowledgement;
mod application;
mod checklist;
mod compensation_claim;
mod employment;
mod enrolment;
mod grievance;
mod hiring;
mod injury;
mod leave;
mod legal_hold;
mod offer;
mod org_unit;
mod person;
mod personnel_record;
mod policy_document;
mod position;
mod reporting;
mod timesheet;
mod vacancy;

pub use absence::{Absence, RollingLimit, RollingLimitError, bradford, spells};
pub use account::{
    EarlierLeave, GrantLeaveError, LeaveAccount, LeaveAccountFact, LeaveLedgerError, NoteTimesheetError, NoteWorkError,
    OpenAccount, OpenAccountError, PayOutLeaveError, grant_leave, leave_ledger, note_timesheet, note_work,
    open_account, pay_out_leave,
};
pub use accrual::{
    AccrueError, Accrued, Checkpoint, Checkpoints, LeaveCause, LeaveGrant, LeaveHistory, LeaveTaken, Ledger,
    LedgerLine, LineReason, Lot, LotKind, Opening, PostedLedger, Posting, Statement,
};
pub use accrual_plan::{
    AccrualLevel, AccrualPeriod, AccrualPlan, AccrualPlanError, AccrualRate, AccrualYear, CreditAt, CreditRounding,
    DayOrder, EarnedBy, ServiceLength, WorkRecord, WorkedDay,
};
pub use acknowledgement::{
    AcknowledgeError, Acknowledgement, AcknowledgementFact, AcknowledgementPage, AcknowledgementStanding,
    GivenAcknowledgement, OpenAcknowledgement, acknowledge_policy, open_acknowledgements,
};
pub use annual_day::{AnnualDay, ParseAnnualDayError};
pub use application::{
    Application, ApplicationError, ApplicationFact, ApplicationOutcome, Interview, ReceivedApplication, Scorecard,
    ScorecardsOpen,
};
pub use benefit::{BenefitPlan, BenefitTerms, CoverageLevel, EnrolmentWindow, MonthShare, PublishBenefitError};
pub use calibration::{
    Calibration, CalibrationError, CalibrationFact, ClosedCalibration, GuideShare, MoveRating, MovedRating,
    OpenCalibration, RatingShare, close_calibration, move_rating, open_calibration,
};
pub use certification::{
    Certification, CertificationError, CertificationFact, CertificationRules, CertificationStanding,
    CertificationTerms, CertifiedTerm, Certify, ExpiryDay, PublishCertificationError, certify, revoke_certification,
};
pub use check_in::{
    CheckIn, CheckInError, CheckInFact, CheckInNote, destroy_check_in, keep_check_in, read_check_in, share_check_in,
    unshare_check_in,
};
pub use checklist::{
    Checklist, ChecklistError, ChecklistFact, ChecklistItem, ChecklistTemplate, ChecklistTemplateError, EmploymentDay,
    EndedChecklist, ItemDue, ItemOwner, SettledItem, StartedChecklist, cancel_checklist, close_checklist,
    replan_checklist, start_checklist, tick_item, untick_item, waive_item,
};
pub use compensation_claim::{
    ClaimError, ClaimFact, ClaimRules, ClaimStatus, ClaimStep, ClaimTerms, ClaimedWage, CompensationClaim, FileClaim,
    FiledClaim, Indemnity, IndemnityError, MedicalCost, file_claim, take_claim_step,
};
pub use country_holidays::{NoSuchRegion, country_holidays, country_holidays_source};
pub use dated::{Dated, NotInForce};
pub use development_plan::{
    DevelopmentAction, DevelopmentError, DevelopmentFact, DevelopmentPlan, DevelopmentStep, LearnedBy,
    PlannedDevelopment, Towards, step_development,
};
pub use employment::{
    Assignment, Employment, EmploymentFact, EndEmployment, EndEmploymentError, Hire, HireError, LeaveOfficeError,
    Leaving, LeavingGround, Reassign, ReassignError,
};
pub use enrolment::{
    Choice, ChoiceGround, ChooseBenefitError, Contribution, ContributionError, Dependant, Enrolment, EnrolmentFact,
    MadeChoice, choose_benefit,
};
pub use goal::{
    ClosedGoal, Goal, GoalError, GoalFact, GoalOutcome, KeyResult, Measurement, SetGoal, align_goal, close_goal,
    measure_goal, set_goal,
};
pub use grievance::{
    AdverseEvent, AdverseKind, ConflictOfInterest, DocketFact, Grievance, GrievanceDocket, GrievanceError,
    GrievanceFact, GrievanceFile, GrievanceFileError, GrievanceFinding, GrievanceNote, GrievanceProcedure,
    GrievanceProcedureError, GrievanceRules, GrievanceStage, GrievanceStep, GrievanceStepKind, NoteFact, NoteKind,
    ProcedureStep, RaiseGrievance, RaisedGrievance, ReportingLines, RetaliationSignal, StepTime, TakenNote, TakenStep,
    adverse_events, assign_grievance, destroy_grievance_content, grievance_file, raise_grievance, retaliation_check,
    retaliation_signals, take_grievance_note, take_grievance_step,
};
pub use hiring::{
    APPLICATION_DECIDED, DecideVacancyError, HiringError, HiringRules, OfferAnswer, advance_application, answer_offer,
    approve_vacancy, close_vacancy, fall_due_offer, fall_due_vacancy, hire_applicant, make_offer, plan_interview,
    post_vacancy, receive_application, refuse_vacancy, reject_application, request_vacancy, score_interview,
    withdraw_application,
};
pub use holiday_import::{ReadHolidaysError, holidays_from_icalendar, holidays_from_json};
pub use improvement_plan::{
    BeginImprovementPlan, EndedImprovementPlan, ImprovementCheckIn, ImprovementError, ImprovementFact,
    ImprovementOutcome, ImprovementPlan, ImprovementStep, begin_improvement_plan, lead_improvement_plan,
};
pub use injury::{
    IncidenceRateError, Injury, InjuryAssessment, InjuryClass, InjuryDays, InjuryError, InjuryFact, InjuryKind,
    InjuryLog, InjuryLogError, InjuryNote, InjuryRules, InjurySummary, InjuryTerms, LoggedInjury, RecordingCriterion,
    ReportDue, ReportInjury, ReportTerms, SevereEvent, SevereOutcome, WorkStatus, injury_log, note_injury,
    report_injury,
};
pub use learning_budget::{
    BudgetEntry, BudgetMove, LearningBudget, LearningBudgetError, LearningBudgetFact, LearningMoney,
    enter_learning_budget,
};
pub use leave::{
    AskedLeave, CancelLeave, CancelLeaveError, Cancelled, CurtailLeave, CurtailLeaveError, Curtailed, DecideLeaveError,
    LeaveDay, LeaveFact, LeaveFallenDue, LeaveRequest, LeaveRules, LeaveStatus, LeaveTeam, LeaveTime, RequestLeave,
    RequestLeaveError, ResubmitLeave, ResubmitLeaveError, approve_leave, away_with, cancel_leave, curtail_leave,
    fall_due_leave, give_back_leave, hand_over_leave, leave_days, overlap, refuse_leave, request_leave, resubmit_leave,
    uncovered, withdraw_leave, working_days,
};
pub use legal_hold::{HoldError, HoldFact, HoldRelease, LegalHold, PlaceHold, place_hold, release_hold};
pub use mentoring::{MentorOffer, Mentoring, MentoringError, WithoutMentor, match_mentors};
pub use nine_box::{NineBox, RatingBand, RatingBands, RatingBandsError};
pub use notice::{NoticeBy, NoticeEnds, NoticeLength, NoticeRules, NoticeStep, NoticeTooShort};
pub use offer::{EndedOffer, MadeOffer, Offer, OfferError, OfferFact, OfferTerms, OfferedPay};
pub use org_unit::{OrgUnit, OrgUnitError, OrgUnitFact, UnitStanding, change_unit, close_unit, found_unit};
pub use overtime::{
    OvertimeError, OvertimePayError, OvertimeRules, OvertimeRulesError, OvertimeTier, PaidTime, PaidTimeReason,
    PremiumCut, RegularRate, WeekPay, WeeklyCount, WorkedWeek, weekly_of_monthly,
};
pub use permission::NotPermitted;
pub use person::{Person, PersonError, PersonFact, PersonName, name_person};
pub use personnel_record::{
    DocumentPlace, DuePage, DueRecord, EraseRecordError, ErasedRecord, FileEntry, FileRecord, FileRecordError,
    PersonnelFileError, PersonnelRecord, RecordContent, RecordFact, RecordRules, erase_record, file_record, note_event,
    personnel_file, records_due, revise_record,
};
pub use plan::{
    Basis, Begun, CarryOver, Crediting, DrawOrder, EarnedPart, EarnedParts, Entitlement, LeavePlan, LeaveRounding,
    LeaveTerms, LeaveUnit, NonWorkingDays, ParseLeaveRoundingError, PartYear, PublishTermsError,
};
pub use policy_document::{
    Audience, ParsePolicyDigestError, PolicyDigest, PolicyDocument, PolicyFact, PolicyVersion, PublishPolicy,
    PublishPolicyError, publish_policy, retire_policy,
};
pub use position::{
    Holding, Position, PositionError, PositionFact, PositionStanding, change_position, close_position, fill_position,
    open_position, vacancies, vacate_position,
};
pub use position_requirement::{PositionAsk, PositionRequirement, PositionRequirements, PublishRequirementsError};
pub use recognition::{
    GiveRecognition, Recognition, RecognitionAudience, RecognitionError, RecognitionFact, give_recognition,
    withdraw_recognition,
};
pub use reporting::{Circle, end_employment, hire, leave_office, reassign, reporting_circle};
pub use retention::{
    NoRetentionRule, ParseRetentionPeriodError, PublishRetentionError, RetentionDue, RetentionPeriod, RetentionRule,
    RetentionRules, RetentionStart,
};
pub use review::{
    AssignedReview, Feedback, QuestionFeedback, Review, ReviewAnswer, ReviewAnswers, ReviewError, ReviewFact, Shown,
    assign_review, erase_reviews, read_feedback, read_review, submit_review,
};
pub use review_cycle::{
    AnswerKind, OpenReviewCycle, ReviewCycle, ReviewCycleFact, ReviewForm, ReviewKind, ReviewQuestion,
    close_review_cycle, extend_review_cycle, open_review_cycle,
};
pub use schedule::{ParseWorkWeekError, WorkSchedule, WorkWeek, shared_part, value_of};
pub use severance::{Severance, SeveranceBand, SeveranceError, SeveranceRules};
pub use skill::{
    AssessSkill, AssessSkillError, SkillFact, SkillGap, SkillLevel, SkillMatrix, SkillProfile, assess_skill, skill_gaps,
};
pub use tenure::{Tenure, TenureError};
pub use time_account::{
    LightBounds, PlannedWorkError, TimeAccount, TimeAccountError, TimeAccountHistory, TimeAccountLine,
    TimeAccountRules, TimeLight, TimeReason, TimeWithdrawn, WithdrawTimeError, WithdrawnAs, planned_work,
};
pub use time_entry::{TimeEntry, TimeEntryError, work_by_day};
pub use time_rounding::{RoundTimeError, RoundedTime, TimeRounding, TimeStep, TimeStepError, TimeStepMode};
pub use timesheet::{
    DecideTimesheetError, EnterTime, OpenedTimesheet, ReopenTimesheetError, SheetEntry, SubmitTimesheetError,
    SubmittedTimesheet, TimeLock, Timesheet, TimesheetError, TimesheetFact, TimesheetHoursError, TimesheetRules,
    TimesheetStatus, WriteTimesheetError, approve_timesheet, enter_time, fall_due_timesheet, give_back_timesheet,
    reopen_timesheet, strike_time, submit_timesheet, withdraw_timesheet,
};
pub use training::{
    Course, PlanSession, SeatPlace, TrainingError, TrainingFact, TrainingOutcome, TrainingResult, TrainingRules,
    TrainingSession, book_seat, cancel_session, give_up_seat, plan_session, record_result, resize_session,
};
pub use training_gap::{MissingWhy, TrainingGap, training_gaps};
pub use vacancy::{
    AskedVacancy, ClosedVacancy, JobPosting, RequestVacancy, RequestVacancyError, Vacancy, VacancyClosed, VacancyFact,
};
pub use work_life::{
    AfterHours, GatherWorkLifeError, LapsingLeave, OvertimeTrend, UnitSigns, WorkLifeFigures, WorkLifeKind,
    WorkLifeReport, WorkLifeSign, WorkLifeSources, WorkLifeTerms, after_hours, overtime_trend, short_rests,
    work_life_figures,
};
pub use work_time::{ParseWorkTimeError, WorkTime};
pub use working_time_limit::{AverageLimit, LimitError, LimitFinding, WorkingTimeLimits};
