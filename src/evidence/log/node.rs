//! Complete subtrees, by their height and their place.

/// The subtree over the leaves from `number * 2^height` on, `2^height` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) height: u32,
    pub(super) number: u64,
}

/// The complete subtrees that the leaves `start..end` consist of, the largest first. `start` is 0, or a multiple of a
/// power of two that is not smaller than the range.
pub(super) fn cover(mut start: u64, end: u64) -> Vec<Node> {
    let mut nodes = Vec::new();
    while start < end {
        let height = start.trailing_zeros().min((end - start).ilog2());
        nodes.push(Node { height, number: start >> height });
        start += 1 << height;
    }
    nodes
}
