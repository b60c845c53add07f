//! Checkpoint prefixes: two jobs never write to colliding ones, and the oldest object goes first.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use spot_training_operator::controller::admission::{Admissions, Permit, Requester};
use spot_training_operator::domain::admission::{PrefixState, Queue};
use tokio::time::advance;

use super::fleet::{Object, known};

struct Setup {
    admissions: Admissions,
    woken: Arc<Mutex<Vec<String>>>,
}

impl Setup {
    /// Admission that does not know who holds which prefix.
    fn new() -> Self {
        let woken = Arc::new(Mutex::new(Vec::new()));
        let sink = woken.clone();
        let wake = move |who: &Requester| sink.lock().unwrap().push(who.uid.clone());
        let admissions = Admissions::new(16, Arc::new(wake));
        admissions.set_identity(known());
        Self { admissions, woken }
    }

    fn loaded() -> Self {
        let setup = Self::new();
        setup.admissions.load_prefixes([]);
        setup
    }

    fn state(&self, object: &Object) -> PrefixState {
        self.admissions.view(&object.who, &object.wish(), jiff::Timestamp::UNIX_EPOCH).prefix
    }

    fn wait(&self, object: &Object) {
        self.admissions.wait(&object.who, &object.wish(), Some(&Queue::Prefix));
    }

    fn claim(&self, object: &Object) -> Option<Permit> {
        self.admissions.claim_create(&object.who, &object.wish(), &object.attempt()).ok()
    }

    fn woken(&self) -> Vec<String> {
        std::mem::take(&mut *self.woken.lock().unwrap())
    }
}

fn at(uri: &str, number: u32) -> Object {
    Object { uri: Some(uri.to_owned()), ..Object::new("team", number) }
}

fn in_use_by(name: &str) -> PrefixState {
    PrefixState::InUse { by: Some(name.to_owned()) }
}

#[tokio::test(start_paused = true)]
async fn prefixes_collide_where_one_lies_within_the_other() {
    let setup = Setup::loaded();
    setup.admissions.hold_prefix(&at("", 0).who, "s3://bucket/a//b/");
    for (uri, state) in [
        ("s3://bucket/a/b", in_use_by("team-00000")),
        ("s3://bucket/a/b/c/d", in_use_by("team-00000")),
        ("s3://bucket/a", in_use_by("team-00000")),
        ("s3://bucket/", in_use_by("team-00000")),
        ("s3://bucket/a/bc", PrefixState::Free),
        ("s3://bucket/a/c", PrefixState::Free),
        ("s3://other/a/b", PrefixState::Free),
    ] {
        assert_eq!(setup.state(&at(uri, 1)), state, "{uri}");
        assert_eq!(setup.claim(&at(uri, 1)).is_some(), state == PrefixState::Free, "{uri}");
    }
    assert_eq!(setup.state(&at("s3://bucket/a/b", 0)), PrefixState::Free, "its own");
    assert_eq!(setup.state(&Object::new("team", 1)), PrefixState::Free, "no checkpoints");
    let other = Object { uri: Some("s3://bucket/a/b".to_owned()), ..Object::new("other-team", 1) };
    assert_eq!(setup.state(&other), PrefixState::InUse { by: None }, "of another namespace");
}

#[tokio::test(start_paused = true)]
async fn a_release_wakes_the_oldest_of_those_that_collide_and_those_that_do_not_with_it() {
    let setup = Setup::loaded();
    setup.admissions.hold_prefix(&at("", 0).who, "s3://b/x/");
    let (middle, young, below, beside) =
        (at("s3://b/x/1", 5), at("s3://b/x/1", 6), at("s3://b/x/1/deep", 7), at("s3://b/x/2", 8));
    for object in [&below, &young, &beside, &middle] {
        setup.wait(object);
        setup.wait(object);
    }
    assert!(setup.woken().is_empty());
    setup.admissions.release_prefix(&at("", 0).who.uid);
    assert_eq!(setup.woken(), ["team-00005", "team-00008"]);
    assert_eq!(setup.state(&young), in_use_by("team-00005"), "an older one waits for it");
    assert_eq!(setup.state(&below), in_use_by("team-00005"));
    assert_eq!(setup.state(&at("s3://b/x", 4)), PrefixState::Free, "it is the oldest");
    let permit = setup.claim(&middle).unwrap();
    assert!(setup.claim(&young).is_none());
    assert!(setup.woken().is_empty());
    drop(permit);
    assert_eq!(setup.woken(), ["team-00006"], "it was not sent");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_woken_and_does_not_come_lets_the_next_one_go() {
    let setup = Setup::loaded();
    setup.admissions.hold_prefix(&at("", 0).who, "s3://b/x/");
    for number in 1..4 {
        setup.wait(&at("s3://b/x", number));
    }
    setup.admissions.release_prefix(&at("", 0).who.uid);
    assert_eq!(setup.woken(), ["team-00001"]);
    let running = async {
        tokio::select! {
            () = setup.admissions.run() => {}
            () = tokio::time::sleep(Duration::from_secs(6)) => {}
        }
    };
    running.await;
    assert_eq!(setup.woken(), ["team-00002"]);
    setup.admissions.forget("team-00002");
    assert_eq!(setup.woken(), ["team-00003"]);
}

#[tokio::test(start_paused = true)]
async fn one_that_waits_for_its_token_keeps_its_place_before_younger_ones() {
    let setup = Setup::loaded();
    setup.admissions.hold_prefix(&at("", 0).who, "s3://b/x/");
    let (old, young) = (at("s3://b/x", 1), at("s3://b/x", 2));
    setup.wait(&old);
    setup.wait(&young);
    setup.admissions.release_prefix(&at("", 0).who.uid);
    setup.admissions.wait(&old.who, &old.wish(), Some(&Queue::Create));
    advance(Duration::from_mins(1)).await;
    assert_eq!(setup.state(&young), in_use_by("team-00001"));
    setup.admissions.wait(&old.who, &old.wish(), None);
    assert_eq!(setup.state(&young), PrefixState::Free);
}

#[tokio::test(start_paused = true)]
async fn nobody_knows_before_all_are_loaded_and_what_was_said_meanwhile_is_newer() {
    let setup = Setup::new();
    let waiting = at("s3://b/c", 9);
    assert_eq!(setup.state(&waiting), PrefixState::Unknown);
    assert!(setup.claim(&waiting).is_none());
    setup.wait(&waiting);
    setup.admissions.release_prefix(&at("", 1).who.uid);
    setup.admissions.hold_prefix(&at("", 2).who, "s3://b/new/");
    let listed = [(1, "s3://b/c/"), (2, "s3://b/old/"), (3, "s3://b/live/")];
    let listed = listed.map(|(number, uri)| (at("", number).who, uri.to_owned()));
    setup.admissions.load_prefixes(listed);
    assert_eq!(setup.woken(), ["team-00009"]);
    assert_eq!(setup.state(&waiting), PrefixState::Free, "its job ended since");
    assert_eq!(setup.state(&at("s3://b/old", 8)), PrefixState::Free);
    assert_eq!(setup.state(&at("s3://b/new", 8)), in_use_by("team-00002"));
    assert_eq!(setup.state(&at("s3://b/live", 8)), in_use_by("team-00003"));
}

#[tokio::test(start_paused = true)]
async fn a_committed_attempt_holds_its_prefix_although_its_request_was_not_sent() {
    let setup = Setup::loaded();
    let (one, other) = (at("s3://b/x", 1), at("s3://b/x", 2));
    let permit = setup.claim(&one).unwrap();
    setup.admissions.hold_prefix(&one.who, "s3://b/x/");
    drop(permit);
    assert_eq!(setup.state(&other), in_use_by("team-00001"));
    setup.admissions.forget(&one.who.uid);
    assert_eq!(setup.state(&other), PrefixState::Free);
}
