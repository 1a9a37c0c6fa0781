//! What the code of one module names: every path, also inside of macros, and what makes code impure.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::tree::{attributes, flat, for_tests};

/// A path as it is written, and how.
pub struct Named {
    pub path: Vec<String>,
    /// The name that a `use` gives to it here.
    pub alias: Option<String>,
    pub how: How,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// In an expression, a type, a pattern, a macro.
    Used,
    /// By `use`, for this module alone.
    Imported,
    /// By `pub use`: a signpost.
    HandedOn,
}

#[derive(Default)]
pub struct Reader {
    pub named: Vec<Named>,
    pub waits: bool,
}

impl Reader {
    pub fn read(items: &[syn::Item]) -> Self {
        let mut reader = Self::default();
        for item in items {
            reader.visit_item(item);
        }
        reader
    }

    fn name(&mut self, path: Vec<String>) {
        self.named.push(Named { path, alias: None, how: How::Used });
    }

    /// Macros are not parsed: what looks like a path is one.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() => colons += 1,
                TokenTree::Group(group) => {
                    self.end(&mut path);
                    colons = 0;
                    self.tokens(group.stream());
                }
                _ => {
                    self.end(&mut path);
                    colons = 0;
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        let path = std::mem::take(path);
        if matches!(path.as_slice(), [word] if word == "async" || word == "await") {
            self.waits = true;
        } else if !path.is_empty() {
            self.name(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if !for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if !for_tests(&item.attrs) {
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let how = if matches!(item.vis, syn::Visibility::Inherited) { How::Imported } else { How::HandedOn };
        let all = flat(&item.tree, Vec::new());
        self.named.extend(all.into_iter().map(|(path, alias)| Named { path, alias, how }));
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.name(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.visit_path(&call.path);
        self.tokens(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.waits |= signature.asyncness.is_some();
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.waits = true;
        visit::visit_expr_async(self, block);
    }

    fn visit_expr_await(&mut self, wait: &'ast syn::ExprAwait) {
        self.waits = true;
        visit::visit_expr_await(self, wait);
    }
}
