//! Registration of methods: one line adds a method, in a file of its own, under its name to definitions, results and
//! messages.

/// Declares the file of each method and an enum of all of them, which reads and writes as `name` or
/// `{ name = { options } }`. A line is `"name" => file::Type,`.
macro_rules! methods {
    ($(#[$doc:meta])* $name:ident: $method:ident { $($word:literal => $file:ident::$options:ident),+ $(,)? }) => {
        $(
            mod $file;
            pub use $file::$options;
        )+

        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(
                #[doc = concat!("`", $word, "`")]
                #[serde(rename = $word)]
                $options($options),
            )+
        }

        impl $name {
            /// The names of all methods.
            pub const NAMES: &'static [&'static str] = &[$($word),+];

            /// The name of this method.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$options(_) => $word),+ }
            }

            /// What this method does.
            pub fn method(&self) -> &dyn $method {
                match self { $(Self::$options(options) => options),+ }
            }
        }
    };
}

pub(crate) use methods;
