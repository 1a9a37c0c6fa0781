//! The modules of a crate, from its text: what each defines, imports and re-exports, and in which file.
//!
//! `mod` declarations are followed as the compiler does. What is only there for tests (`#[cfg(test)]`) is left out.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Attribute, Item, UseTree};

/// Texts by path below `src/`, with `/` on every system.
pub type Texts = BTreeMap<String, String>;

#[derive(Default)]
pub struct Module {
    pub file: String,
    pub parent: Option<usize>,
    pub children: BTreeMap<String, usize>,
    pub defined: BTreeSet<String>,
    /// The names that `use` brings, and what they stand for.
    pub imports: BTreeMap<String, Vec<String>>,
    pub globs: Vec<Vec<String>>,
    pub items: Vec<Item>,
}

#[derive(Default)]
pub struct Tree {
    pub modules: Vec<Module>,
}

pub fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        let says = list.tokens.to_string();
        list.path.is_ident("cfg") && (says == "test" || says.starts_with("all (test"))
    })
}

impl Tree {
    /// The modules that begin at `lib.rs` and `main.rs`.
    pub fn read(texts: &Texts) -> Self {
        let mut tree = Self::default();
        for root in ["lib.rs", "main.rs"].into_iter().filter(|root| texts.contains_key(*root)) {
            let at = tree.add(None, root);
            tree.file(texts, at, "");
        }
        tree
    }

    fn add(&mut self, parent: Option<usize>, file: &str) -> usize {
        self.modules.push(Module { file: file.into(), parent, ..Module::default() });
        self.modules.len() - 1
    }

    fn add_child(&mut self, parent: usize, name: &str, file: &str) -> usize {
        let child = self.add(Some(parent), file);
        self.modules[parent].children.insert(name.into(), child);
        child
    }

    /// Reads a module's file; the files of its children lie in `folder`.
    fn file(&mut self, texts: &Texts, at: usize, folder: &str) {
        let file = self.modules[at].file.clone();
        let text = texts.get(&file).unwrap_or_else(|| panic!("{file} is not there"));
        let parsed = syn::parse_file(text).unwrap_or_else(|fault| panic!("{file}: {fault}"));
        self.items(texts, at, folder, parsed.items);
    }

    fn items(&mut self, texts: &Texts, at: usize, folder: &str, items: Vec<Item>) {
        for item in items {
            if for_tests(attributes(&item)) {
                continue;
            }
            match item {
                Item::Mod(module) => self.child(texts, at, folder, module),
                Item::Use(item) => {
                    for import in flat(&item.tree, Vec::new()) {
                        self.import(at, import);
                    }
                    self.modules[at].items.push(Item::Use(item));
                }
                item => {
                    self.modules[at].defined.extend(name(&item));
                    self.modules[at].items.push(item);
                }
            }
        }
    }

    fn import(&mut self, at: usize, (path, alias): (Vec<String>, Option<String>)) {
        if let Some(alias) = alias {
            self.modules[at].imports.insert(alias, path);
        } else {
            self.modules[at].globs.push(path);
        }
    }

    fn child(&mut self, texts: &Texts, at: usize, folder: &str, module: syn::ItemMod) {
        let name = module.ident.to_string();
        let inner = format!("{folder}{name}/");
        if let Some((_, items)) = module.content {
            let file = self.modules[at].file.clone();
            let child = self.add_child(at, &name, &file);
            return self.items(texts, child, &inner, items);
        }
        let beside = format!("{folder}{name}.rs");
        let file = if texts.contains_key(&beside) { beside } else { format!("{inner}mod.rs") };
        let child = self.add_child(at, &name, &file);
        self.file(texts, child, &inner);
    }

    /// The room that a file belongs to: its first folder, or its own name.
    pub fn room(file: &str) -> &str {
        file.split('/').next().unwrap_or(file).trim_end_matches(".rs")
    }
}

/// What a `use` names, each with the name that it has here; a glob has none.
pub fn flat(tree: &UseTree, mut before: Vec<String>) -> Vec<(Vec<String>, Option<String>)> {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            flat(&path.tree, before)
        }
        UseTree::Name(name) if name.ident == "self" => {
            let alias = before.last().cloned();
            vec![(before, alias)]
        }
        UseTree::Name(name) => {
            before.push(name.ident.to_string());
            vec![(before, Some(name.ident.to_string()))]
        }
        UseTree::Rename(rename) => {
            if rename.ident != "self" {
                before.push(rename.ident.to_string());
            }
            vec![(before, Some(rename.rename.to_string()))]
        }
        UseTree::Glob(_) => vec![(before, None)],
        UseTree::Group(group) => group.items.iter().flat_map(|tree| flat(tree, before.clone())).collect(),
    }
}

pub fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}
