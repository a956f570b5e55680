// Folders of conversations, in a tree.
#pragma once

#include "store/records.h"
#include "store/store.h"

namespace falconet {

/// What is to be different; absent members stay as they are.
struct FolderChange {
  std::optional<std::string> name = {};
  std::optional<std::optional<FolderId>> parent_id = {};
  std::optional<double> position = {};
};

// A tree that people click through; more are a mistake or an attack.
constexpr std::size_t kMaxFolders = 1000;
constexpr std::size_t kMaxNameBytes = 200;

Result<std::vector<Folder>> folders_of(Transaction& transaction, const UserId& user);

/// Without a position it comes last. Errors: InvalidArgument (name), NotFound (parent), Exhausted.
Result<Folder> create_folder(Transaction& transaction, const UserId& user,
                             const FolderChange& fields);

/// Errors: InvalidArgument (name, or a folder inside itself), NotFound.
Result<Folder> update_folder(Transaction& transaction, const UserId& user, const FolderId& id,
                             const FolderChange& change);

/// Its conversations move out of all folders, its folders to its parent. Errors: NotFound.
Status delete_folder(Transaction& transaction, const UserId& user, const FolderId& id);

/// Errors: NotFound, also for another user's.
Status check_folder(Transaction& transaction, const UserId& user, const FolderId& id);

}  // namespace falconet
