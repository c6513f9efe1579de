//! What can be done with sign-in codes.

mod issue_sign_in_code;
mod reset_password;
mod use_sign_in_code;

pub use self::issue_sign_in_code::IssueSignInCode;
pub use self::reset_password::ResetPassword;
pub use self::use_sign_in_code::UseSignInCode;
