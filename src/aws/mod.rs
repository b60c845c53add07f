//! The adapter to `SageMaker` and STS through the AWS SDK (feature `aws`).

mod address;
mod clients;
mod connection;
mod create_refusal;
mod credentials;
mod date_header;
mod endpoint;
mod errors;
mod http_client;
mod identity;
mod observe;
mod recent;
mod request;
mod sagemaker;
mod verification;

pub use connection::Connection;
pub use http_client::TlsSettings;
pub use sagemaker::SageMaker;
