//! CoAP.
