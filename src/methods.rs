//! Registration of methods: one line adds a method under its name to definitions, results and messages.

/// An enum of methods that reads and writes as `name` or `{ name = { options } }`, each with a file of its own.
macro_rules! methods {
    ($(#[$doc:meta])* $name:ident: $method:ident { $($word:literal => $variant:ident($options:ty)),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(
                #[doc = concat!("`", $word, "`")]
                #[serde(rename = $word)]
                $variant($options),
            )+
        }

        impl $name {
            /// The names of all methods.
            pub const NAMES: &'static [&'static str] = &[$($word),+];

            /// The name of this method.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $word),+ }
            }

            /// What this method does.
            pub fn method(&self) -> &dyn $method {
                match self { $(Self::$variant(options) => options),+ }
            }
        }
    };
}

pub(crate) use methods;
