#include "feedback/study_records.h"

#include <map>
#include <set>

#include "base/strings.h"
#include "feedback/arm_results.h"
#include "feedback/live_interviews.h"
#include "feedback/live_records.h"
#include "feedback/questionnaire_answers.h"
#include "store/interview_guides.h"

namespace falconet {
namespace {

/// Gathers a study from what the whole server holds.
class StudyCollector {
 public:
  StudyCollector(Transaction& transaction, StudyRecord study)
      : transaction_(transaction), study_(std::move(study)) {}

  Result<FeedbackRecords> collect() {
    add_study();
    TRY(add_participants());
    TRY(add_those_who_did_not_come());
    TRY(add_what_was_said());
    TRY(add_questionnaires());
    TRY(add_study_interviews(transaction_, study_.id, out_));
    return std::move(out_);
  }

 private:
  void add_study() {
    Study study{.id = study_.id.value,
                .name = study_.name,
                .goal = study_.goal,
                .hypotheses = study_.hypotheses};
    for (const SegmentTarget& segment : study_.segments) {
      study.segments.push_back({segment.name, segment.target});
    }
    out_.studies.push_back(std::move(study));
  }

  Status add_participants() {
    TRY_ASSIGN(const auto listed, list_participants(transaction_, study_));
    for (const ListedParticipant& each : listed) {
      const Participant& participant = each.participant;
      out_.participants.push_back({.id = participant.id.value,
                                   .segment = participant.segment,
                                   .locale = participant.locale,
                                   .invited = participant.consented,
                                   .consented = participant.consented,
                                   .withdrawn = participant.withdrawn,
                                   .may_be_quoted = participant.allows(kScopeQuotes)});
      consents_[participant.id.value] = participant;
    }
    TRY_ASSIGN(const auto accounts, participant_accounts(transaction_, study_.id));
    for (const ParticipantAccount& account : accounts) {
      participant_of_[pseudonym_of(account.user.value)] = account.participant.value;
    }
    return {};
  }

  /// A link was given to so many people; those who did not follow it were invited all the same.
  Status add_those_who_did_not_come() {
    TRY_ASSIGN(const auto links, list_study_links(transaction_, study_.id));
    for (const StudyLink& link : links) {
      for (std::int64_t place = link.num_uses; place < link.max_uses; ++place) {
        out_.participants.push_back({.id = cat("invited-", link.id.value, "-", place + 1),
                                     .segment = link.segment.value_or(""),
                                     .invited = link.created});
      }
    }
    return {};
  }

  /// The participant whose answer it is, if it belongs to the study and may be used.
  const Participant* owner_of(const StudyGeneration& generation) const {
    const auto found = participant_of_.find(generation.participant_id);
    if (found == participant_of_.end()) return nullptr;
    const Participant& participant = consents_.at(found->second);
    const UnixMillis begin = std::max(participant.consented, study_.begins.value_or(0));
    const bool is_within =
        generation.created >= begin && (!study_.ended || generation.created < *study_.ended);
    return is_within && participant.allows(kScopeRatingsAndLogs) ? &participant : nullptr;
  }

  /// Models that people chose themselves are under test as well, where an arm is nothing but one.
  void name_model(StudyGeneration& generation) const {
    if (!generation.arm.empty()) return;
    for (const ExperimentArm& arm : study_.arms) {
      if (arm.parameters.empty() && arm.model == generation.model) generation.arm = arm.name;
    }
  }

  Status add_what_was_said() {
    TRY_ASSIGN(FeedbackRecords all, live_records(transaction_));
    TRY_ASSIGN(const auto experiments, list_experiments(transaction_));
    name_arms(experiments, all.generations);
    std::set<std::string, std::less<>> kept;
    for (StudyGeneration& generation : all.generations) {
      const Participant* owner = owner_of(generation);
      if (owner == nullptr) continue;
      kept.insert(generation.id);
      generation.participant_id = owner->id.value;
      name_model(generation);
      out_.generations.push_back(std::move(generation));
    }
    for (StudyRating& rating : all.ratings) {
      if (kept.contains(rating.generation_id)) out_.ratings.push_back(std::move(rating));
    }
    for (StudyComparison& comparison : all.comparisons) {
      const auto owner = participant_of_.find(comparison.participant_id);
      const bool is_kept = kept.contains(comparison.first_generation_id) &&
                           kept.contains(comparison.second_generation_id);
      if (!is_kept || owner == participant_of_.end()) continue;
      comparison.participant_id = owner->second;
      out_.comparisons.push_back(std::move(comparison));
    }
    for (StudySignal& signal : all.signals) {
      if (kept.contains(signal.generation_id)) out_.signals.push_back(std::move(signal));
    }
    return {};
  }

  /// Of a version that somebody answered; what an earlier Falconet wrote and this one cannot read
  /// has no records.
  Result<QuestionnaireDefinition> definition_of(const QuestionnaireResponse& response) {
    TRY_ASSIGN(
        const Questionnaire asked,
        find_questionnaire_version(transaction_, response.questionnaire_id, response.version));
    return read_definition(asked.definition);
  }

  Status add_questionnaires() {
    TRY_ASSIGN(const auto questionnaires, list_questionnaires(transaction_, study_.id));
    for (const Questionnaire& each : questionnaires) {
      const auto definition = read_definition(each.definition);
      if (!definition) continue;
      out_.surveys.push_back({.id = each.id.value,
                              .version = each.version,
                              .title = definition->title.en,
                              .title_zh = definition->title.zh,
                              .questions = question_records(*definition)});
    }
    TRY_ASSIGN(const auto responses, list_responses(transaction_, study_.id));
    for (const QuestionnaireResponse& response : responses) {
      const auto definition = definition_of(response);
      if (!definition) continue;
      const SurveyAnswer blank{.survey_id = response.questionnaire_id.value,
                               .participant_id = response.participant_id.value};
      for (SurveyAnswer& answer : answer_records(*definition, response.answers, blank)) {
        out_.survey_answers.push_back(std::move(answer));
      }
    }
    return {};
  }

  Transaction& transaction_;
  StudyRecord study_;
  FeedbackRecords out_;
  std::map<std::string, Participant, std::less<>> consents_;        // by the study's pseudonym
  std::map<std::string, std::string, std::less<>> participant_of_;  // the server's -> the study's
};

ProgressRow& row_called(std::vector<ProgressRow>& rows, const std::string& name) {
  for (ProgressRow& row : rows) {
    if (row.name == name) return row;
  }
  rows.push_back({.name = name});
  return rows.back();
}

void count_into(ProgressRow& row, const ListedParticipant& listed) {
  ++row.invited;
  ++row.consented;
  if (listed.participant.withdrawn) {
    ++row.withdrawn;
    return;
  }
  row.active += listed.num_answers > 0 ? 1 : 0;
  row.answered += listed.num_submitted > 0 ? 1 : 0;
}

}  // namespace

Result<FeedbackRecords> study_records(Transaction& transaction, const StudyId& id) {
  TRY_ASSIGN(StudyRecord study, find_study(transaction, id));
  return StudyCollector(transaction, std::move(study)).collect();
}

Result<StudyProgress> study_progress(Transaction& transaction, const StudyId& id) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, id));
  TRY_ASSIGN(const auto listed, list_participants(transaction, study));
  TRY_ASSIGN(const auto links, list_study_links(transaction, id));
  StudyProgress progress;
  for (const SegmentTarget& segment : study.segments) {
    progress.segments.push_back({.name = segment.name, .target = segment.target});
    progress.total.target += segment.target;
  }
  for (const ListedParticipant& each : listed) {
    count_into(progress.total, each);
    count_into(row_called(progress.segments, each.participant.segment), each);
    count_into(row_called(progress.channels, each.participant.channel), each);
  }
  for (const StudyLink& link : links) {
    const std::int64_t num_absent = std::max<std::int64_t>(0, link.max_uses - link.num_uses);
    progress.total.invited += num_absent;
    row_called(progress.segments, link.segment.value_or("")).invited += num_absent;
    row_called(progress.channels, link.channel).invited += num_absent;
  }
  std::ranges::sort(progress.channels, {}, &ProgressRow::name);
  return progress;
}

Result<std::string> protocol_text(Transaction& transaction, const StudyId& id) {
  TRY_ASSIGN(const StudyRecord study, find_study(transaction, id));
  TRY_ASSIGN(const auto consent, consent_text_of(transaction, id));
  TRY_ASSIGN(const auto questionnaires, list_questionnaires(transaction, id));
  TRY_ASSIGN(const auto guide, find_study_guide(transaction, id));
  Json text = {{"name", study.name},
               {"goal", study.goal},
               {"hypotheses", study.hypotheses},
               {"segments", Json::array()},
               {"arms", Json::array()},
               {"begins", study.begins ? Json(*study.begins) : Json()},
               {"ends", study.ends ? Json(*study.ends) : Json()},
               {"retention_days", study.retention_days ? Json(*study.retention_days) : Json()},
               {"consent", nullptr},
               {"questionnaires", Json::array()}};
  for (const SegmentTarget& segment : study.segments) {
    text["segments"].push_back({{"name", segment.name}, {"target", segment.target}});
  }
  for (const ExperimentArm& arm : study.arms) text["arms"].push_back(arm_document(arm));
  if (consent) {
    text["consent"] = {{"version", consent->version},
                       {"text_en", consent->text_en},
                       {"text_zh", consent->text_zh},
                       {"scopes", consent->scopes}};
  }
  for (const Questionnaire& each : questionnaires) {
    text["questionnaires"].push_back({{"version", each.version},
                                      {"due", questionnaire_due_name(each.due)},
                                      {"due_after", each.due_after},
                                      {"definition", each.definition}});
  }
  if (guide) {
    text["interview_guide"] = {{"version", guide->version},
                               {"is_offered", guide->is_offered},
                               {"due", questionnaire_due_name(guide->due)},
                               {"due_after", guide->due_after},
                               {"definition", guide->definition}};
  }
  return to_text(text);
}

}  // namespace falconet
