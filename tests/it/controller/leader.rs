//! The judgement of a lease.

use std::time::Duration;

use spot_training_operator::runtime::leader::{Judgement, Lease, Seen, judge};

fn seen(holder: Option<&str>, age: u64) -> Seen {
    Seen {
        lease: Lease {
            holder: holder.map(str::to_owned),
            duration: Duration::from_secs(15),
            resource_version: "7".to_owned(),
        },
        age: Duration::from_secs(age),
    }
}

#[test]
fn leases_are_judged_by_holder_and_local_age() {
    let rows = [
        (None, Judgement::Create),
        (Some(seen(None, 0)), Judgement::Acquire),
        (Some(seen(Some(""), 0)), Judgement::Acquire),
        (Some(seen(Some("me"), 0)), Judgement::Renew),
        (Some(seen(Some("me"), 100)), Judgement::Renew),
        (Some(seen(Some("other"), 0)), Judgement::Wait),
        (Some(seen(Some("other"), 14)), Judgement::Wait),
        (Some(seen(Some("other"), 15)), Judgement::Acquire),
    ];
    for (lease, judgement) in rows {
        assert_eq!(judge(lease.as_ref(), "me"), judgement, "{lease:?}");
    }
}
