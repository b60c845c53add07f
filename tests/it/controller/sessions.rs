//! What this process knows of an object goes with the object.

use jiff::Timestamp;
use spot_training_operator::controller::object_id::ObjectId;
use spot_training_operator::controller::sessions::Sessions;

#[test]
fn what_comes_after_the_end_of_an_object_does_not_bring_its_session_back() {
    let sessions = Sessions::default();
    let id = ObjectId {
        uid: "uid".to_owned(),
        namespace: "team".to_owned(),
        name: "resnet".to_owned(),
        created: Timestamp::UNIX_EPOCH,
    };
    sessions.recovered(&id);
    assert!(sessions.knows(&id, "7"));
    assert_eq!(sessions.uids_of("team/resnet"), ["uid"]);
    sessions.forget(&id.uid);
    assert!(!sessions.knows(&id, "8"), "a version that was read before");
    sessions.answered(&id, false, Timestamp::UNIX_EPOCH);
    assert!(sessions.is_empty(), "an answer that was still under way");
}
