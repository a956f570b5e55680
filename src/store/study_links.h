// Links by which people come to a study: known by their digest alone, for so many people and so
// long.
#pragma once

#include "store/questionnaires.h"
#include "store/studies.h"

namespace falconet {

using StudyLinkId = RecordId<struct StudyLinkTag>;

constexpr std::int64_t kMaxStudyLinks = 10'000;  // of a study
constexpr std::int64_t kMaxLinkUses = 10'000;    // of a link
constexpr std::size_t kMaxChannelBytes = 100;

struct StudyLink {
  StudyLinkId id = {};
  StudyId study_id = {};
  std::optional<std::string> segment = {};  // nothing: people choose theirs
  std::string channel = {};                 // where it was given to people: "mail", "class of May"
  /// Who follows it fills in this questionnaire and needs no account. Nothing: accounts join.
  std::optional<QuestionnaireId> questionnaire_id = {};
  std::int64_t max_uses = 1;
  std::int64_t num_uses = 0;
  std::int64_t created = 0;
  std::optional<std::int64_t> expires = {};  // nothing: with the study

  bool is_usable(std::int64_t now) const {
    return num_uses < max_uses && (!expires || *expires > now);
  }
};

struct NewStudyLink {
  std::string token_digest = {};
  std::optional<std::string> segment = {};
  std::string channel = {};
  std::optional<QuestionnaireId> questionnaire_id = {};
  std::int64_t max_uses = 1;
  std::optional<std::int64_t> expires = {};
};

/// Errors: NotFound (study, questionnaire), InvalidArgument naming the member, Exhausted.
Result<StudyLink> create_study_link(Transaction& transaction, const StudyId& study,
                                    const NewStudyLink& fields);

/// All of a study, used up or not, newest first.
Result<std::vector<StudyLink>> list_study_links(Transaction& transaction, const StudyId& study);

/// Also one that can no longer be used. Errors: NotFound.
Result<StudyLink> find_study_link(Transaction& transaction, std::string_view token_digest);

/// One more person has come. Errors: NotFound (used up, or expired).
Status use_study_link(Transaction& transaction, const StudyLink& link);

/// Nobody comes by it any more; one that was used stays in the list, since people came by it.
/// Errors: NotFound.
Status close_study_link(Transaction& transaction, const StudyLinkId& id);

}  // namespace falconet
