//! The rest of an input.

use libfuzzer_sys::arbitrary::Unstructured;

pub struct Script<'i>(Unstructured<'i>);

impl<'i> Script<'i> {
    pub fn new(input: &'i [u8]) -> Self {
        Self(Unstructured::new(input))
    }

    pub fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    pub fn byte(&mut self) -> u8 {
        self.number()
    }

    pub fn signed(&mut self) -> i8 {
        self.number()
    }

    pub fn two(&mut self) -> u16 {
        self.number()
    }

    pub fn array<const N: usize>(&mut self) -> [u8; N] {
        self.number()
    }

    /// A byte says how long it is.
    pub fn short(&mut self) -> &'i [u8] {
        let length = self.byte();
        self.piece(length.into())
    }

    /// Two bytes do.
    pub fn long(&mut self) -> &'i [u8] {
        let length = self.two();
        self.piece(length.into())
    }

    fn piece(&mut self, length: usize) -> &'i [u8] {
        let length = length.min(self.0.len());
        self.0.bytes(length).expect("there are as many")
    }

    fn number<T: libfuzzer_sys::arbitrary::Arbitrary<'i>>(&mut self) -> T {
        self.0.arbitrary().expect("behind the end there are zeros")
    }
}
