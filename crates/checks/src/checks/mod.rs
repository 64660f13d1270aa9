//! The checks, one a file. A new one is its file and a line here.

use crate::draft::Check;

macro_rules! checks {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*
        /// Every check, in the order in which they run.
        pub static ALL: &[&Check] = &[$(&$name::CHECK),*];
    };
}

mod common;

checks![
    docker_syntax,
    docker_copy_missing,
    go_version_too_old,
    mod_no_gomod,
    gopath_layout,
    sum_missing,
    mod_file_invalid,
    mod_replace_missing,
    mod_workspace,
    mod_vendor_inconsistent,
    build_target,
    mod_import_unresolved,
    embed_missing,
    tool_git_missing,
    tool_gcc_missing,
    tool_missing,
    dep_tool_gone,
    vcs_stamping,
    net_localhost_proxy,
    goproxy_config,
    docker_arg_scope,
    registry_image_not_found,
    os_package_missing,
    fs_permission,
    script_interpreter,
    docker_binary_not_found,
    auth_private_module,
    goprivate_missing,
    secret_in_image,
    world_writable,
    sumdb_off,
    layer_order,
    cache_mount_path,
    unpinned_tool,
    unpinned_base,
    mod_rewrite,
    missing_certificates,
    missing_zoneinfo,
    exec_form,
    root_user,
    no_cache_mount,
    no_trimpath,
    dead_stage,
    workdir_relative,
    net_unreachable,
];
