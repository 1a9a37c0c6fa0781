//! What a backend's answers are: traits behind a pointer name their futures.

use std::pin::Pin;

use super::error::StoreError;

/// An answer of the database that is awaited.
pub(in crate::store) type StoreFuture<'a, T, E = StoreError> =
    Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;
