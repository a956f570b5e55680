#include "assistant/arm_assignment.h"

#include "assistant/generation_parameters.h"
#include "assistant/generation_plan.h"
#include "store/conversations.h"

namespace falconet {
namespace {

const std::string& model_of(const ExperimentArm& arm, const GenerationRequest& request) {
  return arm.model.empty() ? request.model : arm.model;
}

/// Whether the arms differ for this person, and neither overrules what they have chosen.
bool leaves_choices(const Experiment& experiment, const GenerationRequest& request,
                    const Json& chosen) {
  // Who has chosen a third model wants that one.
  bool is_model_of_an_arm = false;
  for (const ExperimentArm* arm : {&experiment.first, &experiment.second}) {
    for (const auto& [name, value] : arm->parameters.items()) {
      if (chosen.contains(name)) return false;
    }
    is_model_of_an_arm |= model_of(*arm, request) == request.model;
  }
  const bool differ = experiment.first.parameters != experiment.second.parameters ||
                      model_of(experiment.first, request) != model_of(experiment.second, request);
  return is_model_of_an_arm && differ;
}

ArmAssignment assignment_to(const Experiment& experiment, Arm arm) {
  const ExperimentArm& setting = arm == Arm::First ? experiment.first : experiment.second;
  return {.label = arm_label(experiment.id, arm),
          .model = setting.model,
          .parameters = setting.parameters};
}

Result<std::vector<ArmAssignment>> side_by_side(Transaction& transaction, const UserId& user,
                                                const Experiment& experiment,
                                                const MessageId& question) {
  TRY_ASSIGN(const std::optional<DrawnComparison> drawn,
             draw_comparison(transaction, user, experiment, question));
  std::vector<ArmAssignment> assignments;
  if (!drawn) return assignments;
  const Arm right = drawn->left == Arm::First ? Arm::Second : Arm::First;
  for (const Arm arm : {drawn->left, right}) {
    assignments.push_back(assignment_to(experiment, arm));
    assignments.back().comparison = drawn->id;
  }
  return assignments;
}

}  // namespace

Result<std::vector<ArmAssignment>> assign_arms(Store& store, const UserId& user,
                                               const GenerationRequest& request) {
  std::vector<ArmAssignment> none;
  if (request.continues_parent) return none;
  // Most of the time there is no experiment, and nobody has to wait for those who write.
  TRY_ASSIGN(const std::optional<Experiment> running,
             store.read([](Transaction& t) { return running_experiment(t); }));
  if (!running) return none;
  return store.write([&](Transaction& transaction) -> Result<std::vector<ArmAssignment>> {
    TRY_ASSIGN(const Conversation conversation,
               find_conversation(transaction, user, request.conversation_id));
    const Json chosen = merged_parameters(conversation.parameters, request.parameters);
    TRY_ASSIGN(const bool takes_part, takes_part_in(transaction, *running, user));
    if (!takes_part || !leaves_choices(*running, request, chosen)) return none;
    if (running->kind == ExperimentKind::SideBySide) {
      return side_by_side(transaction, user, *running, request.parent_id);
    }
    return std::vector{assignment_to(*running, arm_of(running->id, user))};
  });
}

}  // namespace falconet
