//! Hazards: what the simulation can do to the operator beside everyday faults, each for itself.

/// Whether every hazard and every law is on. Off, those that only the reshaped core stands are left
/// out; the simulation is the same.
pub(super) const EVERYTHING: bool = true;

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

/// All hazards.
const ALL: &[Hazard] = &[
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

/// Those that the core stands that is there.
const STOOD: &[Hazard] =
    &[Hazard::RegionOutages, Hazard::RepeatedAnnotations, Hazard::UnknownWords];

/// The hazards of a month.
pub(super) const SHARED: &[Hazard] = if EVERYTHING { ALL } else { STOOD };

/// Those of them in which one object's history says nothing about another's.
pub(super) const APART: &[Hazard] = if EVERYTHING {
    &[
        Hazard::StrippedFinalizers,
        Hazard::EditedStatuses,
        Hazard::RestoredStatuses,
        Hazard::RepeatedAnnotations,
        Hazard::OddTexts,
        Hazard::MissingNumbers,
        Hazard::UnknownWords,
    ]
} else {
    &[Hazard::RepeatedAnnotations, Hazard::UnknownWords]
};
