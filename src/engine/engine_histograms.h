// What the engine measures of requests; the bounds are vLLM's, so that its dashboards fit.
#pragma once

#include <array>

#include "engine/histogram.h"

namespace falconet {

// Seconds.
inline constexpr std::array kFirstTokenBounds = {
    0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1,  0.25,  0.5,   0.75,
    1.0,   2.5,   5.0,  7.5,  10.0, 20.0, 40.0, 80.0, 160.0, 640.0, 2560.0};
inline constexpr std::array kNextTokenBounds = {0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2,
                                                0.3,  0.4,   0.5,  0.75,  1.0, 2.5,  5.0,
                                                7.5,  10.0,  20.0, 40.0,  80.0};
inline constexpr std::array kRequestBounds = {0.3,  0.5,   0.8,   1.0,   1.5,   2.0,    2.5,
                                              5.0,  10.0,  15.0,  20.0,  30.0,  40.0,   50.0,
                                              60.0, 120.0, 240.0, 480.0, 960.0, 1920.0, 7680.0};
// Tokens. vLLM's list of 1, 2 and 5 ends at the longest context; readers leave out what is beyond.
inline constexpr std::array kLengthBounds = {
    1.0,    2.0,    5.0,     10.0,    20.0,    50.0,     100.0,    200.0,    500.0,    1000.0,
    2000.0, 5000.0, 10000.0, 20000.0, 50000.0, 100000.0, 200000.0, 500000.0, 1000000.0};
inline constexpr std::array kStepBounds = {1.0,   8.0,    16.0,   32.0,   64.0,   128.0,  256.0,
                                           512.0, 1024.0, 2048.0, 4096.0, 8192.0, 16384.0};
inline constexpr std::array kChoiceBounds = {1.0, 2.0, 5.0, 10.0, 20.0};

struct EngineHistograms {
  Histogram<kFirstTokenBounds> time_to_first_token = {};  // of each choice, from its submission
  Histogram<kNextTokenBounds> inter_token_latency = {};
  Histogram<kNextTokenBounds> time_per_output_token = {};  // mean of each choice
  // Of each request; queue + prefill + decode are all of it, prefill + decode are its inference.
  Histogram<kRequestBounds> e2e_latency = {};
  Histogram<kRequestBounds> queue_time = {};
  Histogram<kRequestBounds> prefill_time = {};
  Histogram<kRequestBounds> decode_time = {};
  Histogram<kRequestBounds> inference_time = {};
  Histogram<kLengthBounds> prompt_tokens = {};
  Histogram<kLengthBounds> generation_tokens = {};      // of each choice
  Histogram<kLengthBounds> max_generation_tokens = {};  // of a request's longest choice
  Histogram<kLengthBounds> max_tokens = {};             // as asked for, cut to the context
  Histogram<kChoiceBounds> num_choices = {};
  Histogram<kStepBounds> step_tokens = {};  // rows that went through the model together
};

}  // namespace falconet
