#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use super::*;
use crate::domain::Digest;

const PROFILE: LogProfile = LogProfile::Standard;

/// RFC 6962 §2.1, word by word.
fn by_definition(leaves: &[Digest]) -> Digest {
    match leaves {
        [] => PROFILE.empty(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
            PROFILE.node(by_definition(left), by_definition(right))
        }
    }
}

fn leaves(count: u64) -> Vec<Digest> {
    (0..count).map(|n| PROFILE.leaf(&n.to_be_bytes())).collect()
}

/// A log as it is stored: written in batches of `step`.
fn stored(leaves: &[Digest], step: usize) -> BTreeMap<TileId, Vec<Digest>> {
    let mut tiles: BTreeMap<TileId, Vec<Digest>> = BTreeMap::new();
    for (at, batch) in leaves.chunks(step).enumerate() {
        let size = (at * step) as u64;
        let open = Edge::of(size).into_iter().map(|id| (id, tiles[&id].clone())).collect();
        let mut edge = Edge::new(PROFILE, size, open).unwrap();
        batch.iter().for_each(|leaf| edge.push(*leaf));
        tiles.extend(edge.take_changed());
    }
    tiles
}

/// The entries and roots that Certificate Transparency's own implementations are tested with.
#[test]
fn roots_are_the_published_ones() {
    let entries =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    let mut tree = Frontier::empty(PROFILE);
    assert_eq!(tree.root().to_string(), roots[0]);
    for (entry, root) in entries.iter().zip(&roots[1..]) {
        tree.push(PROFILE.leaf(&hex::decode(entry).unwrap()));
        assert_eq!(tree.root().to_string(), *root);
    }
}

#[test]
fn a_growing_tree_is_the_tree_of_the_definition() {
    let all = leaves(600);
    let mut tree = Frontier::empty(PROFILE);
    for (at, leaf) in all.iter().enumerate() {
        assert_eq!(tree.root(), by_definition(&all[..at]), "{at}");
        tree.push(*leaf);
    }
    assert_eq!(tree.size(), 600);
}

/// C2SP tlog-tiles has this example: a log of 70,000 entries.
#[test]
fn tiles_are_as_wide_as_specified() {
    let tiles = stored(&leaves(70_000), 999);
    let widths = |level| {
        let of_level = tiles.iter().filter(move |(id, _)| id.level == level);
        of_level.map(|(_, hashes)| hashes.len()).collect::<Vec<_>>()
    };
    let zero = widths(0);
    assert_eq!((zero.len(), zero[272], zero[273]), (274, 256, 112));
    assert_eq!((widths(1), widths(2), widths(3)), (vec![256, 17], vec![1], vec![]));
    assert_eq!(stored(&leaves(256), 256).keys().map(ToString::to_string).collect::<Vec<_>>(), ["0/0", "1/0"]);
}

#[test]
fn how_rows_come_together_changes_no_tile() {
    let all = leaves(1000);
    let at_once = stored(&all, 1000);
    for step in [1, 3, 255, 256, 257] {
        assert_eq!(stored(&all, step), at_once, "{step}");
    }
}

#[test]
fn what_tiles_prove_is_what_the_check_takes() {
    let all = leaves(67_000);
    let tiles = Tiles::new(PROFILE, stored(&all, 4096));
    let root = |size: u64| tiles.roots(&[(0, size)]).unwrap()[0];
    for size in [1, 2, 3, 7, 8, 255, 256, 257, 512, 1000, 65_535, 65_536, 65_537, 67_000] {
        assert_eq!(root(size), by_definition(&all[..usize::try_from(size).unwrap()]), "{size}");
        for index in [0, 1, size / 2, size - 1] {
            let Some(ranges) = inclusion_ranges(index, size) else { continue };
            assert!(Tiles::of(&ranges).len() <= 6, "a proof reads few tiles");
            let proof = tiles.roots(&ranges).unwrap();
            let leaf = all[usize::try_from(index).unwrap()];
            assert_eq!(
                root_of_inclusion(PROFILE, leaf, index, size, &proof),
                Some(root(size)),
                "{index} in {size}"
            );
            let longer = [proof.as_slice(), &[leaf]].concat();
            assert_eq!(root_of_inclusion(PROFILE, leaf, index, size, &longer), None);
            assert_ne!(root_of_inclusion(PROFILE, PROFILE.leaf(b"x"), index, size, &proof), Some(root(size)));
            if let Some((_, shorter)) = proof.split_last() {
                assert_ne!(root_of_inclusion(PROFILE, leaf, index, size, shorter), Some(root(size)));
            }
        }
        for old in [1, 2, 3, 128, 255, 256, 999, 65_536, size] {
            let Some(ranges) = consistency_ranges(old, size) else { continue };
            let proof = tiles.roots(&ranges).unwrap();
            assert!(consistent(PROFILE, (old, root(old)), (size, root(size)), &proof), "{old} in {size}");
            if old < size {
                assert!(
                    !consistent(PROFILE, (old, root(size)), (size, root(size)), &proof),
                    "{old} in {size}"
                );
                assert!(!consistent(PROFILE, (old, root(old)), (size, root(old)), &proof), "{old} in {size}");
            }
        }
    }
    assert_eq!(
        (inclusion_ranges(5, 5), consistency_ranges(0, 5), consistency_ranges(6, 5)),
        (None, None, None)
    );
}

/// All of them, against the definition.
#[test]
fn small_proofs_are_right() {
    let all = leaves(40);
    let tiles = Tiles::new(PROFILE, stored(&all, 40));
    for size in 1..=40 {
        let root = by_definition(&all[..size]);
        let size = size as u64;
        for index in 0..size {
            let proof = tiles.roots(&inclusion_ranges(index, size).unwrap()).unwrap();
            let leaf = all[usize::try_from(index).unwrap()];
            assert_eq!(root_of_inclusion(PROFILE, leaf, index, size, &proof), Some(root));
            for other in (0..size).filter(|other| *other != index) {
                assert_ne!(
                    root_of_inclusion(PROFILE, leaf, other, size, &proof),
                    Some(root),
                    "moved to {other}"
                );
            }
        }
        for old in 1..=size {
            let proof = tiles.roots(&consistency_ranges(old, size).unwrap()).unwrap();
            let before = by_definition(&all[..usize::try_from(old).unwrap()]);
            assert!(consistent(PROFILE, (old, before), (size, root), &proof), "{old} in {size}");
        }
    }
}

#[test]
fn a_tile_that_is_missing_is_named() {
    let mut tiles = stored(&leaves(1000), 1000);
    let id = TileId { level: 0, number: 3 };
    tiles.insert(id, Vec::new());
    assert_eq!(Tiles::new(PROFILE, tiles.clone()).roots(&[(0, 1000)]), Err(MissingTile(id)));
    assert_eq!(Edge::new(PROFILE, 1000, tiles).unwrap_err(), MissingTile(id));
}

/// The example of the package that the format comes from (golang.org/x/mod/sumdb/note).
#[test]
fn a_published_note_verifies() {
    let key = LogKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
    let text = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n\n\
                \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let note = SignedNote::parse(text).unwrap();
    assert!(note.is_signed_by(&key));
    assert_eq!(note.to_string(), text);
    let altered = SignedNote { text: note.text.replace("your", "our"), ..note.clone() };
    assert!(!altered.is_signed_by(&key));
    assert_eq!(key.to_string(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    for wrong in
        ["PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "a+b", "", "a b+c74f20a3+ARpc"]
    {
        assert_eq!(LogKey::parse(wrong), None, "{wrong}");
    }
}

fn key(seed: u8) -> EpochKey {
    EpochKey::new(&Zeroizing::new([seed; 32]))
}

fn checkpoint() -> Checkpoint {
    Checkpoint {
        origin: key(1).log_name(),
        size: 4711,
        root: PROFILE.leaf(b"x"),
        profile: PROFILE,
        at: jiff::Timestamp::from_second(1_777_000_000).unwrap(),
        number: 17,
    }
}

#[test]
fn a_checkpoint_reads_as_it_was_written() {
    let signed = checkpoint().signed(&key(1));
    let read = SignedNote::parse(&signed.to_string()).unwrap();
    assert_eq!(read, signed);
    assert_eq!(Checkpoint::parse(&read.text), Ok(checkpoint()));
    let (own, other) = (key(1).public(&key(1).log_name()), key(2).public(&key(1).log_name()));
    assert!(read.is_signed_by(&own) && !read.is_signed_by(&other));
    assert!(!read.is_signed_by(&key(1).public("another.example/log")), "the log's name is signed with");
    for (from, to) in
        [("4711", "04711"), ("4711", "+4711"), ("profile standard", "profile sm"), ("Z\n", "+00:00\n")]
    {
        assert_eq!(Checkpoint::parse(&read.text.replace(from, to)), Err(CheckpointError), "{to}");
    }
    assert_eq!(Checkpoint::parse(&format!("{}more\n", read.text)), Err(CheckpointError));
}

/// Room for witnesses: a second signature neither helps nor hurts the log's own.
#[test]
fn a_note_carries_several_signatures() {
    let mut note = checkpoint().signed(&key(1));
    note.signatures.push(key(2).sign("witness.example", &note.text));
    let read = SignedNote::parse(&note.to_string()).unwrap();
    assert!(read.is_signed_by(&key(1).public(&key(1).log_name())));
    assert!(read.is_signed_by(&key(2).public("witness.example")));
    for broken in [note.text.clone(), note.to_string() + "x\n", note.to_string().replace('\u{2014}', "-")] {
        assert_eq!(SignedNote::parse(&broken), None, "{broken}");
    }
}

#[test]
fn a_proof_reads_as_it_was_written() {
    let (entry, checkpoint) = (b"{}".to_vec(), checkpoint().signed(&key(1)));
    let proof = InclusionProof { entry, index: 9, hashes: leaves(3), checkpoint };
    let text = proof.to_string();
    assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra e30=\nindex 9\n"), "{text}");
    assert_eq!(InclusionProof::parse(&text), Some(proof));
    for (from, to) in [("@v1", "@v2"), ("index 9", "index x"), ("extra ", ""), ("\n\n", "\n")] {
        assert_eq!(InclusionProof::parse(&text.replace(from, to)), None, "{to}");
    }
}
