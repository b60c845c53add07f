//! Hazards: what the simulation can do to the operator beside everyday faults, each for itself.

/// Something that can be switched on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hazard {
    /// One region, later two at a time, hang or refuse for hours.
    RegionOutages,
    /// The clock of an operator's machine steps by hours, forward and back.
    ClockSteps,
    /// Third parties remove the finalizers of objects that run.
    StrippedFinalizers,
    /// Third parties edit fields and conditions of a status.
    EditedStatuses,
    /// Third parties set a status back to what it was hours ago.
    RestoredStatuses,
    /// Third parties annotate an object every few seconds.
    RepeatedAnnotations,
    /// Objects ask for more instances than their quota can ever give.
    TooLarge,
    /// Texts of `SageMaker` have control characters, odd Unicode and great length.
    OddTexts,
    /// Numbers of `SageMaker` are absent.
    MissingNumbers,
    /// `SageMaker` uses words that this version does not know.
    UnknownWords,
}

/// The hazards of days in which objects share what happens.
pub(super) const SHARED: &[Hazard] = &[
    Hazard::RegionOutages,
    Hazard::ClockSteps,
    Hazard::StrippedFinalizers,
    Hazard::EditedStatuses,
    Hazard::RestoredStatuses,
    Hazard::RepeatedAnnotations,
    Hazard::TooLarge,
    Hazard::OddTexts,
    Hazard::MissingNumbers,
    Hazard::UnknownWords,
];

/// Those of them in which one object's history says nothing about another's.
pub(super) const APART: &[Hazard] = &[
    Hazard::StrippedFinalizers,
    Hazard::EditedStatuses,
    Hazard::RestoredStatuses,
    Hazard::RepeatedAnnotations,
    Hazard::OddTexts,
    Hazard::MissingNumbers,
    Hazard::UnknownWords,
];
