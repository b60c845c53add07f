//! The adapter to `SageMaker` and STS through the AWS SDK (feature `aws`).

mod channels;
mod clients;
mod credentials;
mod errors;
mod observe;
mod request;

pub use clients::SageMaker;
