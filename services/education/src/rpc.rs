//! One file per RPC, named after it.

pub mod add_module;
pub mod create_course;
pub mod create_student;
pub mod enroll_student;
pub mod get_course;
pub mod get_enrollment;
pub mod get_module;
pub mod get_progress;
pub mod get_student;
pub mod get_wallet;
pub mod list_courses;
pub mod list_enrollments;
pub mod list_modules;
pub mod list_students;
pub mod list_transactions;
pub mod publish_course;
pub mod record_progress;
pub mod start_module;
pub mod update_course;
pub mod update_student;
