//! Every cause, one file each. This list is written by `cargo xtask generate`.

mod auth_private_module;
mod auth_ssh;
mod build_constraints;
mod build_target;
mod cache_corrupt;
mod cache_env_missing;
mod check_failed;
mod command_usage;
mod compile_error;
mod dep_compile_error;
mod dep_tool_gone;
mod docker_arg_scope;
mod docker_binary_not_found;
mod docker_copy_missing;
mod docker_daemon_unreachable;
mod docker_platform;
mod docker_syntax;
mod download_failed;
mod fs_no_space;
mod fs_permission;
mod fs_read_only;
mod go_language_version;
mod go_toolchain_unavailable;
mod go_version_too_old;
mod gopath_layout;
mod goprivate_missing;
mod goproxy_config;
mod mod_ambiguous_import;
mod mod_file_invalid;
mod mod_import_unresolved;
mod mod_no_gomod;
mod mod_not_found;
mod mod_path_mismatch;
mod mod_replace_missing;
mod mod_unknown_revision;
mod mod_updates_needed;
mod mod_vendor_inconsistent;
mod mod_workspace;
mod net_dns;
mod net_interrupted;
mod net_localhost_proxy;
mod net_proxy_env;
mod net_refused;
mod net_sign_in_page;
mod net_timeout;
mod net_unreachable;
mod oom_killed;
mod os_package_missing;
mod other_ecosystem;
mod plain_http;
mod proxy_bad_content;
mod proxy_forbidden;
mod proxy_server_error;
mod registry_auth;
mod registry_image_not_found;
mod registry_rate_limit;
mod registry_unreachable;
mod script_interpreter;
mod sum_mismatch;
mod sum_missing;
mod sumdb_unreachable;
mod test_failure;
mod tls_expired_or_clock;
mod tls_hostname;
mod tls_unknown_authority;
mod tool_gcc_missing;
mod tool_git_missing;
mod tool_missing;
mod vcs_stamping;

use crate::cause::Cause;

/// Every cause, in the order of the catalogue.
pub static ALL: &[&Cause] = &[
    &net_dns::CAUSE,
    &net_timeout::CAUSE,
    &net_refused::CAUSE,
    &net_localhost_proxy::CAUSE,
    &net_proxy_env::CAUSE,
    &net_interrupted::CAUSE,
    &net_unreachable::CAUSE,
    &proxy_server_error::CAUSE,
    &proxy_forbidden::CAUSE,
    &proxy_bad_content::CAUSE,
    &goproxy_config::CAUSE,
    &net_sign_in_page::CAUSE,
    &plain_http::CAUSE,
    &tls_unknown_authority::CAUSE,
    &tls_expired_or_clock::CAUSE,
    &tls_hostname::CAUSE,
    &sumdb_unreachable::CAUSE,
    &registry_auth::CAUSE,
    &registry_rate_limit::CAUSE,
    &registry_image_not_found::CAUSE,
    &registry_unreachable::CAUSE,
    &docker_daemon_unreachable::CAUSE,
    &auth_private_module::CAUSE,
    &auth_ssh::CAUSE,
    &goprivate_missing::CAUSE,
    &sum_mismatch::CAUSE,
    &sum_missing::CAUSE,
    &cache_corrupt::CAUSE,
    &mod_unknown_revision::CAUSE,
    &mod_not_found::CAUSE,
    &mod_path_mismatch::CAUSE,
    &mod_replace_missing::CAUSE,
    &mod_no_gomod::CAUSE,
    &mod_updates_needed::CAUSE,
    &mod_vendor_inconsistent::CAUSE,
    &mod_ambiguous_import::CAUSE,
    &mod_workspace::CAUSE,
    &mod_import_unresolved::CAUSE,
    &build_target::CAUSE,
    &build_constraints::CAUSE,
    &mod_file_invalid::CAUSE,
    &gopath_layout::CAUSE,
    &go_version_too_old::CAUSE,
    &go_language_version::CAUSE,
    &go_toolchain_unavailable::CAUSE,
    &dep_tool_gone::CAUSE,
    &dep_compile_error::CAUSE,
    &tool_git_missing::CAUSE,
    &tool_gcc_missing::CAUSE,
    &tool_missing::CAUSE,
    &script_interpreter::CAUSE,
    &command_usage::CAUSE,
    &vcs_stamping::CAUSE,
    &fs_permission::CAUSE,
    &fs_read_only::CAUSE,
    &fs_no_space::CAUSE,
    &oom_killed::CAUSE,
    &cache_env_missing::CAUSE,
    &docker_copy_missing::CAUSE,
    &docker_platform::CAUSE,
    &docker_binary_not_found::CAUSE,
    &docker_arg_scope::CAUSE,
    &docker_syntax::CAUSE,
    &os_package_missing::CAUSE,
    &download_failed::CAUSE,
    &compile_error::CAUSE,
    &test_failure::CAUSE,
    &check_failed::CAUSE,
    &other_ecosystem::CAUSE,
];
