//! Names of public types that stand for more than one thing.

use std::collections::BTreeMap;

use syn::{Item, Visibility};

use crate::tree::Tree;

/// Every name that more than one file gives to a type that other rooms may see, with these files.
pub fn twice(tree: &Tree) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for module in &tree.modules {
        for (visibility, ident) in module.items.iter().filter_map(public) {
            if open(visibility) {
                names.entry(ident.to_string()).or_default().push(module.file.clone());
            }
        }
    }
    names.retain(|_, files| files.len() > 1);
    names
}

fn public(item: &Item) -> Option<(&Visibility, &syn::Ident)> {
    match item {
        Item::Enum(item) => Some((&item.vis, &item.ident)),
        Item::Struct(item) => Some((&item.vis, &item.ident)),
        Item::Trait(item) => Some((&item.vis, &item.ident)),
        Item::Type(item) => Some((&item.vis, &item.ident)),
        Item::Union(item) => Some((&item.vis, &item.ident)),
        _ => None,
    }
}

/// `pub` and `pub(crate)`; what a folder keeps to itself (`pub(super)`, `pub(in …)`) may have a short name.
fn open(visibility: &Visibility) -> bool {
    match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(restricted) => restricted.path.is_ident("crate"),
        Visibility::Inherited => false,
    }
}
