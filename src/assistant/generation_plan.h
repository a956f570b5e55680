// What must be known before an answer can be written: parameters, prompt, and what to call it all.
#pragma once

#include <string>

#include "assistant/arm_assignment.h"
#include "completion/completer.h"
#include "store/generations.h"
#include "store/store.h"

namespace falconet {

/// What a caller asks for.
struct GenerationRequest {
  ConversationId conversation_id = {};
  MessageId parent_id = {};  // the message to answer, or to go on writing
  bool continues_parent = false;
  std::string model = {};            // the name that the ledger keeps
  Json parameters = Json::object();  // on top of the conversation's
  Digest128 client = {};             // whose it is, to the completer
  ArmAssignment arm = {};            // on top of those
};

struct GenerationPlan {
  CompletionRequest completion = {};
  NewGeneration generation = {};
  std::string title = {};  // that the conversation gets afterwards; empty: it has one
};

/// Errors: NotFound (conversation, message), InvalidArgument, those of fit_conversation().
Result<GenerationPlan> plan_generation(Store& store, const UserId& user, const Completer& completer,
                                       const GenerationRequest& request);

}  // namespace falconet
